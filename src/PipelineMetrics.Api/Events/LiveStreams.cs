using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using PipelineMetrics.Api.Completions;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.History;

namespace PipelineMetrics.Api.Events;

/// <summary>Sends the history on as it grows, until the reader leaves or the service stops.</summary>
internal sealed class LiveStreams(StreamPlaces places, TimeProvider clock)
{
    /// <summary>How often a connection over which nothing goes shows that it is alive; proxies close it after a minute or so.</summary>
    public static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks at a busy log, so that many readers do not take its processor.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Server-sent events.</summary>
    public async Task<IResult> StreamAsync(HttpContext http, HistoryFeed feed)
    {
        using var place = places.TryTake(http);
        if (place is null) return Full();
        if (HttpMethods.IsHead(http.Request.Method)) return Head(http, "text/event-stream");
        await TypedResults.ServerSentEvents(EventsAsync(http, feed, place.Ending)).ExecuteAsync(http);
        return TypedResults.Empty;
    }

    /// <summary>One line after the other; an empty one is a heartbeat.</summary>
    public async Task<IResult> FollowAsync(HttpContext http, HistoryFeed feed)
    {
        using var place = places.TryTake(http);
        if (place is null) return Full();
        if (HttpMethods.IsHead(http.Request.Method)) return Head(http, SplitBody.Ndjson);
        http.Response.ContentType = SplitBody.Ndjson;
        http.Response.Headers.CacheControl = "no-cache,no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(http.RequestAborted);
        await foreach (var part in PartsAsync(feed, place.Ending))
        {
            Write(http.Response.BodyWriter, part);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        return TypedResults.Empty;
    }

    private static void Write(IBufferWriter<byte> body, FeedPart part)
    {
        foreach (var line in part.Lines)
        {
            body.Write(line.Json);
            body.Write("\n"u8);
        }
        if (part.Lines.Count == 0) body.Write("\n"u8);
    }

    private async IAsyncEnumerable<SseItem<byte[]>> EventsAsync(HttpContext http, HistoryFeed feed, [EnumeratorCancellation] CancellationToken ending)
    {
        // The reader learns at once that it is connected.
        await CommentAsync(http, feed);
        await foreach (var part in PartsAsync(feed, ending))
        {
            if (part.Gap is { } gap) yield return new SseItem<byte[]>(Json(gap), "gap") { EventId = $"{feed.Position}" };
            foreach (var line in part.Lines) yield return new SseItem<byte[]>(line.Json) { EventId = $"{line.Position.Seq}" };
            if (part is { Gap: null, Lines.Count: 0 }) await CommentAsync(http, feed);
        }
    }

    private static byte[] Json(HistoryGap gap) => Encoding.ASCII.GetBytes($$"""{"from":{{gap.From}},"to":{{gap.To}}}""");

    // Comments are not among what the framework writes. It writes nothing while it waits for the next event, so this is the place for
    // them. The id moves the place from which the reader comes back, also when all that happened is not wanted by its filter.
    private static async Task CommentAsync(HttpContext http, HistoryFeed feed)
    {
        await http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($": alive\nid: {feed.Position}\n\n"), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    /// <summary>What there is, as soon as it is there; a part without anything when nothing came for as long as a heartbeat takes.</summary>
    private async IAsyncEnumerable<FeedPart> PartsAsync(HistoryFeed feed, [EnumeratorCancellation] CancellationToken ending)
    {
        var lastSent = clock.GetTimestamp();
        while (!ending.IsCancellationRequested)
        {
            var part = await feed.ReadAsync();
            var isEmpty = part is { Gap: null, Lines.Count: 0 };
            if (!isEmpty || clock.GetElapsedTime(lastSent) >= HeartbeatEvery)
            {
                yield return part;
                lastSent = clock.GetTimestamp();
            }
            if (isEmpty) await QuietlyAsync(feed.WhenMoreAsync().WaitAsync(UntilHeartbeat(lastSent), clock, ending));
            else if (feed.IsLive) await QuietlyAsync(Task.Delay(Pause, clock, ending));
        }
    }

    private TimeSpan UntilHeartbeat(long lastSent)
    {
        var left = HeartbeatEvery - clock.GetElapsedTime(lastSent);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // Neither a time that has passed nor an end is an error here; the loop looks which it is.
    private static async Task QuietlyAsync(Task wait) => await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static IResult Head(HttpContext http, string contentType)
    {
        http.Response.ContentType = contentType;
        return TypedResults.Empty;
    }

    private static IResult Full() => Problems.Result(
        StatusCodes.Status503ServiceUnavailable, "too_many_streams", "As many follow the history as may; ask again later.", retryAfter: RetryAfter);
}
