using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Hosting.Access;

/// <summary>
/// The keys that open the service. A change of the settings file counts within a second, so that a key can be taken away without a restart;
/// a file that cannot be read leaves the keys as they are.
/// </summary>
internal sealed class ApiKeyRing
{
    /// <summary>Longer ones are refused before anything is computed of them.</summary>
    private const int MostKeyChars = 512;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private readonly string? _file;
    private readonly TimeProvider _clock;
    private readonly ILogger<ApiKeyRing> _logger;
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<ApiKey> _keys;
    private byte[] _seen = [];
    private long _looked;

    /// <param name="keys">The keys of the start.</param>
    /// <param name="file">The settings file they came from; null when they did not come from one.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Receives changes.</param>
    public ApiKeyRing(IReadOnlyList<ApiKey> keys, string? file, TimeProvider clock, ILogger<ApiKeyRing> logger)
    {
        (_keys, _file, _clock, _logger, _looked) = (keys, file, clock, logger, clock.GetTimestamp());
        _seen = Look();
    }

    /// <summary>The key somebody shows, when it is one of ours and has not expired. Takes as long for any wrong key.</summary>
    public ApiKey? Find(string shown)
    {
        if (shown.Length is 0 or > MostKeyChars) return null;
        ReadAgainWhenDue();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(shown), hash);
        ApiKey? found = null;
        foreach (var key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash)) found = key;
        }
        return found?.Expires <= _clock.GetUtcNow() ? null : found;
    }

    private void ReadAgainWhenDue()
    {
        if (_file is null || _clock.GetElapsedTime(Volatile.Read(ref _looked)) < LookEvery) return;
        lock (_lock)
        {
            if (_clock.GetElapsedTime(_looked) < LookEvery) return;
            Volatile.Write(ref _looked, _clock.GetTimestamp());
            var seen = Look();
            if (seen.AsSpan().SequenceEqual(_seen)) return;
            _seen = seen;
            ReadAgain_NeedsLock();
        }
    }

    private void ReadAgain_NeedsLock()
    {
        try
        {
            var values = new ConfigurationBuilder().AddInMemoryCollection(SettingsFile.Find(_file).Values).Build();
            var keys = ApiKeyReader.Read(values);
            // Without keys everybody could come in, which a file that is being written must not mean.
            if (keys.Count == 0) throw new ConfigurationException("server.api_keys", "must not become empty while the service runs", null);
            _keys = keys;
            _logger.LogInformation("The keys were read again: {Names}", string.Join(", ", keys.Select(key => key.Name)));
        }
        catch (ConfigurationException wrong)
        {
            _logger.LogError("The settings file was changed and cannot be used; the keys stay as they were: {Reason}", wrong.Message);
        }
    }

    // By its content: where the file is a link, as in a mounted secret, neither its time nor its length changes.
    private byte[] Look()
    {
        if (_file is null) return [];
        try
        {
            return SHA256.HashData(File.ReadAllBytes(_file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _seen;
        }
    }
}
