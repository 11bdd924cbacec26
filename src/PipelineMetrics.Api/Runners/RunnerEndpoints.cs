using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Runners;

/// <summary>What runners say of themselves.</summary>
internal static class RunnerEndpoints
{
    private const string Json = "application/json";
    private const string Example = """{"status":"running","cpu_percent":87.5,"memory_bytes":536870912}""";
    private const string Taken = """{"id":"runner-1","status":"running","last_seen":"2026-01-31T10:00:00.000Z"}""";

    private const string Usage = """
        {"id":"runner-1","items":[{"from":"2026-01-31T10:00:00.000Z","heartbeats":2,
          "cpu_percent":{"mean":80.25,"max":87.5},"memory_bytes":{"mean":536870912,"max":536870912}}]}
        """;

    private static readonly TimeRange LastHour = TimeRange.Rolling(TimeSpan.FromHours(1));

    public static void MapRunners(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Routes.Runners).WithTags("Runners");
        MapHeartbeat(group, "/{runner}/heartbeat", "Heartbeat");
        MapUsage(group, "/{runner}/usage", "ShowRunnerUsage");
        // The same for ids with a slash, which a path cannot hold: ?runner=
        MapHeartbeat(group, "/heartbeat", "HeartbeatByQuery");
        MapUsage(group, "/usage", "ShowRunnerUsageByQuery");
    }

    private static RouteHandlerBuilder MapHeartbeat(RouteGroupBuilder group, string address, string name) =>
        group.MapPost(address, Hear).WithName(name).WithSummary("Say that a runner is alive, and how it is")
            .WithDescription(
                "A runner counts as alive for `health_check.max_silence` (300 s) after a heartbeat. Heartbeats are kept in memory; only a change of its "
                + "status is stored, as the event `runner:started`, `runner:stopped` or `runner:error`. The body may be left out: then it runs.")
            .WithMetadata(new TakesBody(typeof(HeartbeatRequest), Example, Json), TakesParameter.Prefer, new Answers(200, Taken))
            .Produces<HeartbeatReceipt>().ProducesProblems(507);

    private static RouteHandlerBuilder MapUsage(RouteGroupBuilder group, string address, string name) =>
        group.MapRead(address, ShowUsage).WithName(name).WithSummary("What the heartbeats of a runner said, by the minute")
            .WithDescription(
                "Mean and largest processor and memory use of each minute in which heartbeats came. Kept in memory for 24 hours, or shorter when there are "
                + "very many runners: a restart forgets it.")
            .WithMetadata(
                new TakesParameter("window", "How long to look back, such as 30m or 24h; default 1h."),
                new TakesParameter("since", "Instead of a window: from here on. An RFC 3339 instant or a length back from now."),
                new TakesParameter("until", "Up to here, which is out."), new Answers(200, Usage))
            .Produces<RunnerUsageResponse>().ProducesProblems(404);

    private static async Task<IResult> Hear(string? runner, HttpContext http, Recorder recorder, LimitOptions limits)
    {
        var query = new QueryReader(http.Request.Query);
        if (IdOf(runner, http.Request, query) is var id && query.Refusal() is { } unasked) return unasked;
        var body = await WholeBody.ReadAsync(http.Request, limits.BodyBytes, http.RequestAborted);
        if (!body.IsEmpty && MediaTypes.Refuse(http.Request, Json) is { } refusal) return refusal;
        var rules = recorder.Arriving(Preferences.AreStrict(http.Request), limits.JsonDepth);
        if (!Heartbeat.TryRead(id, body.Span, rules, out var heartbeat, out var rejection)) return Refusals.Of(rejection!);
        var receipt = await recorder.HearAsync(heartbeat, body.Length);
        if (!receipt.IsKept) return Refusals.Of(receipt);
        var warnings = heartbeat.Warnings.Count == 0 ? null : heartbeat.Warnings;
        return TypedResults.Ok(new HeartbeatReceipt(id, RunnerStates.Word(heartbeat.State), Instant.Truncate(rules.Now!.Value), warnings));
    }

    private static IResult ShowUsage(string? runner, HttpContext http, Recorder recorder, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var query = new QueryReader(http.Request.Query);
        var id = IdOf(runner, http.Request, query);
        var range = TimeRangeParameters.Read(query, now, LastHour, out _);
        if (query.Refusal() is { } refusal) return refusal;
        var from = range.Length is { } length ? now - length : range.Since ?? DateTimeOffset.MinValue;
        if (recorder.Runners.Usage(id, from, range.Until ?? DateTimeOffset.MaxValue) is not { } minutes)
            return Problems.Result(StatusCodes.Status404NotFound, "unknown_runner", $"Nothing was heard of a runner '{id}'.");
        return TypedResults.Ok(new RunnerUsageResponse(id, [.. minutes.Select(Minute)]));
    }

    private static string IdOf(string? runner, HttpRequest request, QueryReader query)
    {
        if (request.RouteValues.ContainsKey("runner")) return RoutedId.WithSlashes(runner!);
        var id = query.One("runner");
        if (id is null) query.Add("runner", "is required", null);
        return id ?? "";
    }

    private static RunnerUsageMinute Minute(UsageMinute minute) =>
        new(minute.From, minute.Heartbeats, Rounded(minute.CpuPercent, 3), Rounded(minute.MemoryBytes, 0));

    private static RunnerUsage? Rounded(UsageFigures? figures, int decimals) =>
        figures is { } known ? new RunnerUsage(Math.Round(known.Mean, decimals, MidpointRounding.AwayFromZero), known.Max) : null;
}
