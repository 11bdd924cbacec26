using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>Puts one batch to the service, once, and reads what it says.</summary>
internal sealed class BatchSender : IDisposable
{
    private const int MostAnswerBytes = 4 << 20;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostRetryAfter = TimeSpan.FromHours(1);
    private static readonly MediaTypeHeaderValue Ndjson = new("application/x-ndjson");
    private static readonly string Agent = $"PipelineMetrics.Client/{typeof(BatchSender).Assembly.GetName().Version?.ToString(3)}";
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;

    /// <param name="options">Where to and for how long.</param>
    /// <param name="handler">What carries requests; null for the network. Stays its owner's.</param>
    /// <param name="clock">Measures the time limit, and dates that are waited for.</param>
    public BatchSender(PipelineMetricsClientOptions options, HttpMessageHandler? handler, TimeProvider clock)
    {
        (_timeout, _clock) = (options.RequestTimeout, clock);
        _address = new Uri(options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + Routes.CompletionBatch);
        _http = handler is null ? new HttpClient(Network()) : new HttpClient(handler, disposeHandler: false);
        _http.Timeout = Timeout.InfiniteTimeSpan;
        _http.MaxResponseContentBufferSize = MostAnswerBytes;
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(Agent);
        if (options.ApiKey is { } key) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Sends lines. Ends with an exception only when <paramref name="end"/> is asked for.</summary>
    public async Task<BatchAnswer> PostAsync(ReadOnlyMemory<byte> lines, int count, CancellationToken end)
    {
        using var timeout = new CancellationTokenSource(_timeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, end);
        try
        {
            using var content = new ReadOnlyMemoryContent(lines) { Headers = { ContentType = Ndjson } };
            using var response = await _http.PostAsync(_address, content, both.Token);
            var body = await response.Content.ReadAsByteArrayAsync(both.Token);
            return Judge(response, body, count);
        }
        catch (OperationCanceledException) when (!end.IsCancellationRequested)
        {
            return new BatchAnswer(AnswerKind.TryAgain, $"no answer within {_timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new BatchAnswer(AnswerKind.TryAgain, e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private BatchAnswer Judge(HttpResponseMessage response, byte[] body, int count)
    {
        var status = (int)response.StatusCode;
        var words = $"status {status}";
        switch (response.StatusCode)
        {
            // Only a verdict on every line counts: a proxy may answer 200 with a page of its own.
            case HttpStatusCode.OK or HttpStatusCode.MultiStatus or HttpStatusCode.UnprocessableEntity when ReceiptOf(body, count) is { } receipt:
                return new BatchAnswer(AnswerKind.Judged, words) { Receipt = receipt };
            case HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity:
                return new BatchAnswer(AnswerKind.Unusable, words);
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return new BatchAnswer(AnswerKind.TryAgain, words) { RetryAfter = RetryAfter(response) };
            case HttpStatusCode.OK or HttpStatusCode.MultiStatus:
                return new BatchAnswer(AnswerKind.NotAllowed, $"{words}, but the answer is not one of PipelineMetrics: is something else at this address?");
            default:
                return new BatchAnswer(AnswerKind.NotAllowed, words) { RetryAfter = RetryAfter(response) };
        }
    }

    private static BatchReceipt? ReceiptOf(byte[] body, int count)
    {
        try
        {
            var receipt = JsonSerializer.Deserialize(body, AnswerJson.Default.BatchReceipt);
            return receipt is not null && receipt.Stored + receipt.Rejected == count ? receipt : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - _clock.GetUtcNow();
        if (asked is not { } delay) return null;
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay > MostRetryAfter ? MostRetryAfter : delay;
    }

    private static SocketsHttpHandler Network() => new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
    };
}
