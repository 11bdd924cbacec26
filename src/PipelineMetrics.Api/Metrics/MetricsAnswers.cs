using System.Collections.Concurrent;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Metrics;

/// <summary>A finished answer.</summary>
/// <param name="Json">The body.</param>
/// <param name="Tag">Its weak entity tag.</param>
/// <param name="TruncatedBefore">Completions that finished before this have left and would be in it; null when none would.</param>
internal sealed record MetricsAnswer(ReadOnlyMemory<byte> Json, string Tag, DateTimeOffset? TruncatedBefore);

/// <summary>
/// Keeps answers for as long as they hold: until a fact is applied or one leaves the window. However many dashboards ask the same
/// question, it is computed once per state of the log.
/// </summary>
internal sealed class MetricsAnswers(Recorder recorder, TimeProvider clock)
{
    // Dashboards ask few different questions; whoever asks many, or long ones, must not fill the memory.
    private const int MostKept = 256;
    private const long MostKeptBytes = 32 << 20;
    private const int LongAnswerBytes = 128 << 10;
    private readonly ConcurrentDictionary<(string Route, string Query), Slot> _slots = new();

    /// <summary>Bytes of all answers that are kept.</summary>
    public long KeptBytes => _slots.Sum(slot => (long)(slot.Value.Latest?.Answer.Json.Length ?? 0));

    /// <summary>Answers a request, with 304 when the caller has the answer already.</summary>
    /// <inheritdoc cref="ForAsync"/>
    public async Task<IResult> AnswerAsync(HttpContext http, string route, ReadQuestion read)
    {
        var (answer, refusal) = await ForAsync(http.Request, route, read);
        if (refusal is not null) return refusal;
        Truncation.Tell(http.Response, answer!.TruncatedBefore);
        return EntityTags.Matches(http.Request, answer.Tag) ? new NotModified(answer.Tag) : new TaggedJson(answer.Json, answer.Tag);
    }

    /// <summary>The answer to the question that a query string asks of a route, or the problem of one that asks none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="route">Whose question it is.</param>
    /// <param name="read">How the question is read.</param>
    public ValueTask<(MetricsAnswer? Answer, IResult? Refusal)> ForAsync(HttpRequest request, string route, ReadQuestion read)
    {
        var slot = _slots.GetValueOrDefault((route, request.QueryString.Value ?? ""));
        return Kept(slot) is { } kept ? new ValueTask<(MetricsAnswer?, IResult?)>((kept, null)) : ComputeAsync(request, route, read, slot);
    }

    private async ValueTask<(MetricsAnswer? Answer, IResult? Refusal)> ComputeAsync(HttpRequest request, string route, ReadQuestion read, Slot? slot)
    {
        var now = clock.GetUtcNow();
        var question = read(new QueryReader(request.Query), now, out var refusal);
        if (refusal is not null) return (null, refusal);
        if (question.MovesWithTheClock) return (question.Answer(recorder, now, out refusal)?.Answer, refusal);
        slot ??= SlotFor((route, request.QueryString.Value ?? ""));
        await slot.OneAtATime.WaitAsync(request.HttpContext.RequestAborted);
        try
        {
            // Whoever waited finds what the one before has computed, unless something happened since.
            if (Kept(slot) is { } kept) return (kept, null);
            now = clock.GetUtcNow();
            if (question.Answer(recorder, now, out refusal) is not { } computed) return (null, refusal);
            Keep(slot, computed with { AskedAt = now });
            return (computed.Answer, null);
        }
        finally
        {
            slot.OneAtATime.Release();
        }
    }

    private Slot SlotFor((string Route, string Query) question)
    {
        if (_slots.Count >= MostKept) _slots.Clear();
        return _slots.GetOrAdd(question, _ => new Slot());
    }

    private void Keep(Slot slot, ComputedAnswer computed)
    {
        slot.Latest = computed;
        if (computed.Answer.Json.Length > LongAnswerBytes && KeptBytes > MostKeptBytes) _slots.Clear();
    }

    private MetricsAnswer? Kept(Slot? slot)
    {
        if (slot?.Latest is not { } latest || latest.Version != recorder.Completions.Version) return null;
        var now = clock.GetUtcNow();
        return now >= latest.AskedAt && now <= latest.HoldsUntil ? latest.Answer : null;
    }

    private sealed class Slot
    {
        public SemaphoreSlim OneAtATime { get; } = new(1);

        public volatile ComputedAnswer? Latest;
    }
}
