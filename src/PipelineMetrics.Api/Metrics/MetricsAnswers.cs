using System.Collections.Concurrent;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Metrics;

/// <summary>A finished answer.</summary>
/// <param name="Json">The body.</param>
/// <param name="Tag">Its weak entity tag.</param>
internal sealed record MetricsAnswer(ReadOnlyMemory<byte> Json, string Tag);

/// <summary>
/// Keeps answers for as long as they hold: until a fact is applied or one leaves the window. However many dashboards ask the same
/// question, it is computed once per state of the log.
/// </summary>
internal sealed class MetricsAnswers(Recorder recorder, TimeProvider clock)
{
    // Dashboards ask few different questions; whoever asks many must not fill the memory.
    private const int MostKept = 256;
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    /// <summary>The answer to the question that a query string asks, or the problem of one that asks none.</summary>
    public ValueTask<(MetricsAnswer? Answer, IResult? Refusal)> ForAsync(HttpRequest request)
    {
        var slot = _slots.GetValueOrDefault(request.QueryString.Value ?? "");
        return Kept(slot) is { } kept ? new ValueTask<(MetricsAnswer?, IResult?)>((kept, null)) : ComputeAsync(request, slot);
    }

    private async ValueTask<(MetricsAnswer? Answer, IResult? Refusal)> ComputeAsync(HttpRequest request, Slot? slot)
    {
        var now = clock.GetUtcNow();
        var question = MetricsParameters.Read(new QueryReader(request.Query), now, out var refusal);
        if (refusal is not null) return (null, refusal);
        if (question.MovesWithTheClock) return (Compute(question, now).Answer, null);
        slot ??= SlotFor(request.QueryString.Value ?? "");
        await slot.OneAtATime.WaitAsync(request.HttpContext.RequestAborted);
        try
        {
            // Whoever waited finds what the one before has computed, unless something happened since.
            if (Kept(slot) is not { } kept)
            {
                slot.Latest = Compute(question, clock.GetUtcNow());
                kept = slot.Latest.Answer;
            }
            return (kept, null);
        }
        finally
        {
            slot.OneAtATime.Release();
        }
    }

    private Slot SlotFor(string question)
    {
        if (_slots.Count >= MostKept) _slots.Clear();
        return _slots.GetOrAdd(question, _ => new Slot());
    }

    private MetricsAnswer? Kept(Slot? slot)
    {
        if (slot?.Latest is not { } latest || latest.Result.State.Version != recorder.Completions.Version) return null;
        var now = clock.GetUtcNow();
        return now >= latest.AskedAt && now <= latest.Result.HoldsUntil ? latest.Answer : null;
    }

    private Computed Compute(MetricsQuestion question, DateTimeOffset now)
    {
        var result = recorder.Completions.Answer(question.Query, now);
        var answer = new MetricsAnswer(MetricsJson.Write(result, question, recorder.IdAt), MetricsTag.Of(result.State, question.Query.Range));
        // The figures are in the bytes now; what is kept of the result is how long they hold.
        return new Computed(answer, result with { Groups = new Dictionary<Dimension, GroupTable>() }, now);
    }

    private sealed class Slot
    {
        public SemaphoreSlim OneAtATime { get; } = new(1);

        public volatile Computed? Latest;
    }

    private sealed record Computed(MetricsAnswer Answer, MetricsResult Result, DateTimeOffset AskedAt);
}
