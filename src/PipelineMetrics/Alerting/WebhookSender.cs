using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace PipelineMetrics.Alerting;

/// <summary>
/// Makes one attempt to deliver one webhook: POST, no redirect, no proxy, no address that is not allowed, not longer than the limit,
/// and no more of the answer than its status and at most 64 KiB of its body, which nobody looks at.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private const int MostAnswerBytes = 64 << 10;
    private const int MostHeaderKilobytes = 16;
    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;

    /// <param name="options">How long an attempt may take, and whether it may go to a private address.</param>
    /// <param name="clock">The time.</param>
    public WebhookSender(NotificationOptions options, TimeProvider clock) : this(options, clock, Dns.GetHostAddressesAsync)
    {
    }

    internal WebhookSender(NotificationOptions options, TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
    {
        (_timeout, _clock) = (options.Timeout, clock);
        var connection = new CheckedConnection(options.AllowPrivateAddresses, lookUp);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MostHeaderKilobytes,
            // A name that has moved is looked up again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = connection.ConnectAsync,
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("PipelineMetrics", null));
    }

    /// <summary>Makes one attempt.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; whether the receiver has it is not known.</exception>
    public async Task<DeliveryOutcome> SendAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_timeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var request = Request(target, message);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            var outcome = new DeliveryOutcome((int)response.StatusCode, RetryAfter: Asked(response.Headers.RetryAfter));
            await PassOverAsync(response, both.Token).ConfigureAwait(false);
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DeliveryOutcome(null, $"no answer within {_timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException e)
        {
            return new DeliveryOutcome(null, (e.InnerException as ForbiddenAddressException)?.Message ?? e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(WebhookTarget target, WebhookMessage message)
    {
        var body = target.IsSlack ? SlackBody.Of(message) : message.Body;
        var seconds = _clock.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (target.Secrets.Count > 0) request.Headers.Add("webhook-signature", WebhookSignature.Of(target.Secrets, message.Id, seconds, body));
        return request;
    }

    private TimeSpan? Asked(RetryConditionHeaderValue? wait) => wait switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };

    // A short answer is read to its end, so that the connection can be used again; the status has said everything already.
    private static async Task PassOverAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            for (int total = 0, got = 1; got > 0 && total < MostAnswerBytes; total += got)
                got = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The receiver has it, or refused it, whatever became of the rest of its answer.
        }
    }
}
