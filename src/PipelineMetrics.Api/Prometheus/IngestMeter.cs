using System.Globalization;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>
/// Counts what arrives and how long it takes, since the start of the process. Beside the request, not in the commit: two looks at the clock
/// and a few additions, 0.2 µs of a request that takes a hundred.
/// </summary>
internal sealed class IngestMeter(TimeProvider clock)
{
    private readonly Tally _api = new("api");
    private readonly Tally _import = new("import");

    /// <summary>Lets a request pass and counts it if it brought records.</summary>
    public Task PassAsync(HttpContext context, RequestDelegate next) =>
        TallyOf(context.Request) is { } tally ? CountAsync(context, next, tally) : next(context);

    /// <summary>The two families that it fills.</summary>
    public IEnumerable<Family> Families()
    {
        var records = new Family("pipeline_metrics_ingest_records", FamilyType.Counter,
            "Records that arrived since the start of the process, by what became of them.", "source", "result");
        var durations = new Family("pipeline_metrics_ingest_request_duration_seconds", FamilyType.Histogram,
            "Duration of requests that bring records, since the start of the process.", "source");
        foreach (var tally in (Tally[])[_api, _import]) tally.AddTo(records, durations);
        return [records, durations];
    }

    private async Task CountAsync(HttpContext context, RequestDelegate next, Tally tally)
    {
        var started = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (Exception)
        {
            // What became of a request whose sender left is not known; any other is told by who answers it, and stored nothing.
            if (!context.RequestAborted.IsCancellationRequested) tally.Add(clock.GetElapsedTime(started), new IngestedRecords(0, 0, 1));
            throw;
        }
        tally.Add(clock.GetElapsedTime(started), context.Features.Get<IngestedRecords>() ?? OneOf(context));
    }

    // Of one record the status says it all: 201 for a new one and 200 for a repeated one; a change of a task has only 200.
    private static IngestedRecords OneOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status201Created => Accepted,
        < StatusCodes.Status300MultipleChoices => HttpMethods.IsPost(context.Request.Method) ? Duplicate : Accepted,
        _ => Rejected,
    };

    private static readonly IngestedRecords Accepted = new(1, 0, 0);
    private static readonly IngestedRecords Duplicate = new(0, 1, 0);
    private static readonly IngestedRecords Rejected = new(0, 0, 1);

    private Tally? TallyOf(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return null;
        var path = request.Path;
        if (path.StartsWithSegments(Routes.Tasks) || path.StartsWithSegments(Routes.Events)) return _api;
        return path.StartsWithSegments(Routes.Import) ? _import : null;
    }

    private sealed class Tally(string source)
    {
        private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
        private readonly long[] _steps = new long[Bounds.Length + 1];
        private long _ticks;
        private long _accepted;
        private long _duplicate;
        private long _rejected;

        public void Add(TimeSpan took, IngestedRecords records)
        {
            var step = Array.FindIndex(Bounds, bound => took.TotalSeconds <= bound);
            Interlocked.Increment(ref _steps[step < 0 ? Bounds.Length : step]);
            Interlocked.Add(ref _ticks, took.Ticks);
            Interlocked.Add(ref _accepted, records.Accepted);
            Interlocked.Add(ref _duplicate, records.Duplicate);
            Interlocked.Add(ref _rejected, records.Rejected);
        }

        public void AddTo(Family records, Family durations)
        {
            records.Add(Interlocked.Read(ref _accepted), source, "accepted");
            records.Add(Interlocked.Read(ref _duplicate), source, "duplicate");
            records.Add(Interlocked.Read(ref _rejected), source, "rejected");
            var seconds = Interlocked.Read(ref _ticks) / (decimal)TimeSpan.TicksPerSecond;
            durations.AddHistogram([.. Bounds.Select(bound => bound.ToString("0.0###", CultureInfo.InvariantCulture))], [.. _steps], seconds, source);
        }
    }
}

internal static class IngestMetering
{
    public static void UseIngestMeter(this WebApplication app)
    {
        var meter = app.Services.GetRequiredService<IngestMeter>();
        app.Use(next => context => meter.PassAsync(context, next));
    }
}
