using System.Net;
using System.Threading.RateLimiting;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Hosting.Access;

/// <summary>How often a key may ask, and an address may show a wrong key; each on its own, so that one who floods delays nobody else.</summary>
internal sealed class RequestRates : IDisposable
{
    private const int WrongKeysPerSecond = 10;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly PartitionedRateLimiter<ApiKey>? _ofKeys;
    private readonly PartitionedRateLimiter<IPAddress> _ofWrongKeys;

    public RequestRates(ServerOptions server)
    {
        if (server.RequestsPerSecond > 0)
            _ofKeys = PartitionedRateLimiter.Create<ApiKey, string>(key => Bucket(key.Name, server.RequestsPerSecond));
        _ofWrongKeys = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => Bucket(address, WrongKeysPerSecond));
    }

    /// <summary>Takes a request of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="retryAfter">When false is returned: how long to wait.</param>
    public bool Takes(ApiKey key, out TimeSpan retryAfter)
    {
        retryAfter = default;
        return _ofKeys is null || Take(_ofKeys.AttemptAcquire(key), out retryAfter);
    }

    /// <summary>Takes a request with a wrong key.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="retryAfter">When false is returned: how long to wait.</param>
    public bool TakesWrong(IPAddress? address, out TimeSpan retryAfter) => Take(_ofWrongKeys.AttemptAcquire(address ?? IPAddress.None), out retryAfter);

    public void Dispose()
    {
        _ofKeys?.Dispose();
        _ofWrongKeys.Dispose();
    }

    private static bool Take(RateLimitLease lease, out TimeSpan retryAfter)
    {
        using (lease)
        {
            if (!lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter)) retryAfter = Second;
            return lease.IsAcquired;
        }
    }

    private static RateLimitPartition<TKey> Bucket<TKey>(TKey key, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = perSecond * 2,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = Second,
        QueueLimit = 0,
    });
}
