using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.History;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Events;

/// <summary>The history of everything that was recorded: by pages, and as it goes on.</summary>
internal static class HistoryEndpoints
{
    private const string Line =
        """{"id":"e-1","timestamp":"2026-01-31T10:00:00.000Z","event_type":"task:started","entity_type":"task","entity_id":"t-42","seq":1}""";

    public static void MapHistory(this RouteGroupBuilder group)
    {
        group.MapRead("", Show).WithName("ListEvents").WithSummary("The history, events and completions, by number")
            .WithDescription(
                "The lines of the log as they stand there, oldest first. A page may hold fewer lines than asked for, even none, while there is a `next`. "
                + "With `follow=true` the answer is `application/x-ndjson` without end: every numbered line from the cursor on and then each new one; "
                + "an empty line every 15 seconds keeps the connection alive.")
            .WithMetadata(
            [
                .. HistoryParameters.Described,
                new TakesParameter("limit", $"How many lines to list, 1 to {HistoryParameters.MaxLimit}; default {HistoryParameters.DefaultLimit}."),
                new TakesParameter("order", "asc (default): oldest first. desc: newest first."),
                new TakesParameter("follow", "true: go on with each new line, as NDJSON, instead of pages."),
                new Answers(200, $$"""{"items":[{{Line}}],"next":"1"}"""),
            ])
            .Produces<HistoryResponse>();
        group.MapRead("/stream", Stream).WithName("StreamEvents").WithSummary("The history as it goes on, as server-sent events")
            .WithDescription(
                "`data` is a line of the log, `id` its number. Begins behind `Last-Event-ID`, else behind the cursor, else now. A reader who falls too far "
                + "behind gets an event `gap` with the numbers it misses, `{\"from\":5,\"to\":9}`, and goes on. "
                + "A comment every 15 seconds keeps the connection alive.")
            .WithMetadata(
            [
                .. HistoryParameters.Described,
                new TakesParameter("Last-Event-ID", "The last `id` that was received; browsers send it by themselves.", IsHeader: true),
                new Answers(200, JsonSerializer.Serialize($"data: {Line}\nid: 1\n\n")),
            ])
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream");
    }

    private static async Task<IResult> Show(HttpContext http, Recorder recorder, LiveStreams live, TimeProvider clock)
    {
        var query = new QueryReader(http.Request.Query);
        var filter = HistoryParameters.Filter(query, clock.GetUtcNow());
        var cursor = HistoryParameters.Cursor(query, recorder.History);
        var follows = HistoryParameters.Flag(query, "follow", yes: "true", no: "false");
        var newestFirst = HistoryParameters.Flag(query, "order", yes: "desc", no: "asc");
        if (follows && query.One("limit") is { } unused) query.Add("limit", "has no meaning with follow", unused);
        if (follows && newestFirst) query.Add("order", "must be asc with follow", "desc");
        var limit = query.Count("limit", 1, HistoryParameters.MaxLimit, HistoryParameters.DefaultLimit);
        if (query.Refusal() is { } refusal) return refusal;
        if (!newestFirst) Truncation.Tell(http.Response, recorder, filter.Since, cursor?.Seq ?? 0);
        if (follows) return await live.FollowAsync(http, recorder.History.Feed(cursor?.Seq ?? 0, filter, skipsWhenSlow: false));
        if (!newestFirst) return Answer(recorder.History.Forward(cursor ?? default, filter, limit));
        var page = recorder.History.Backward(cursor ?? HistoryPosition.End, filter, limit);
        Truncation.Tell(http.Response, recorder, filter.Since, page.Next?.Seq ?? 0);
        return Answer(page);
    }

    private static async Task<IResult> Stream(HttpContext http, Recorder recorder, LiveStreams live, TimeProvider clock)
    {
        var query = new QueryReader(http.Request.Query);
        var filter = HistoryParameters.Filter(query, clock.GetUtcNow());
        var cursor = HistoryParameters.Cursor(query, recorder.History);
        var last = LastEventId(http.Request, query);
        if (query.Refusal() is { } refusal) return refusal;
        // Who asks for what happened since a time wants it from the log.
        var begin = last ?? cursor?.Seq ?? (filter.Since is null ? recorder.History.LastSeq : 0);
        Truncation.Tell(http.Response, recorder, filter.Since, begin);
        return await live.StreamAsync(http, recorder.History.Feed(begin, filter, skipsWhenSlow: true));
    }

    // A browser that comes back still has the cursor of its first question in the address: the header is newer.
    private static long? LastEventId(HttpRequest request, QueryReader query)
    {
        const string Header = "Last-Event-ID";
        if (request.Headers[Header].ToString() is not { Length: > 0 } text) return null;
        if (HistoryPosition.TryParse(text, out var position) && position.Unnumbered == 0) return position.Seq;
        query.Add(Header, "must be the id of an event of this stream", text);
        return null;
    }

    // The lines are JSON already and are shown as they stand in the log.
    private static FileContentHttpResult Answer(HistoryPage page)
    {
        var body = new ArrayBufferWriter<byte>(page.Lines.Sum(line => line.Json.Length + 1) + 64);
        body.Write("{\"items\":["u8);
        for (var i = 0; i < page.Lines.Count; i++)
        {
            if (i > 0) body.Write(","u8);
            body.Write(page.Lines[i].Json);
        }
        body.Write("]"u8);
        if (page.Next is { } next) body.Write(Encoding.ASCII.GetBytes($",\"next\":\"{next}\""));
        body.Write("}"u8);
        return TypedResults.Bytes(body.WrittenMemory, "application/json; charset=utf-8");
    }
}
