using System.Collections.Concurrent;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Pipeline;

/// <summary>
/// Keeps answers for as long as they hold, and lets one question after the other read the log: a reading may take the disk and a
/// processor for seconds, which nobody must be able to ask for without end.
/// </summary>
internal sealed class PipelineAnswers(Recorder recorder, TimeProvider clock) : IDisposable
{
    private const int MostWaiting = 8;
    private const int MostKept = 64;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<(string Route, string Query), Kept> _kept = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private int _asking;

    /// <summary>The answer to the question that a request asks, or the problem of one that asks none.</summary>
    /// <typeparam name="T">What is answered.</typeparam>
    /// <param name="http">The request.</param>
    /// <param name="question">What it asks.</param>
    /// <param name="answer">Makes the answer; the instant is when the log was read.</param>
    public async Task<IResult> ForAsync<T>(HttpContext http, PipelineQuestion question, Func<PipelineScope, DateTimeOffset, CancellationToken, Made<T>> answer)
        where T : notnull
    {
        var key = (http.Request.Path.Value ?? "", http.Request.QueryString.Value ?? "");
        Truncation.Tell(http.Response, recorder, question.At(clock.GetUtcNow()).Since);
        if (Holding<T>(key) is { } kept) return TypedResults.Ok(kept);
        return await InTurnAsync(http, () =>
        {
            // Whoever waited finds what the one before has computed, unless something happened since.
            if (Holding<T>(key) is { } meanwhile) return TypedResults.Ok(meanwhile);
            var (now, version) = (clock.GetUtcNow(), recorder.Pipeline.Version);
            var made = answer(question.At(now), now, http.RequestAborted);
            if (!question.MovesWithTheClock) Keep(key, new Kept(made.Answer, version, now, question.HoldsUntil(made.FirstAt)));
            return TypedResults.Ok(made.Answer);
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Does what reads the log when it is its turn; says 429 when too many wait.</summary>
    public async Task<IResult> InTurnAsync(HttpContext http, Func<IResult> read)
    {
        try
        {
            if (Interlocked.Increment(ref _asking) > MostWaiting + 1) return TooMany();
            await _oneAtATime.WaitAsync(http.RequestAborted);
            try
            {
                return read();
            }
            finally
            {
                _oneAtATime.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    private static IResult TooMany() => Problems.Result(
        StatusCodes.Status429TooManyRequests, "too_many_requests",
        $"{MostWaiting} questions about the pipeline wait already; each of them reads the log.", retryAfter: RetryAfter);

    private T? Holding<T>((string Route, string Query) key)
        where T : notnull
    {
        if (!_kept.TryGetValue(key, out var kept) || kept.Version != recorder.Pipeline.Version) return default;
        var now = clock.GetUtcNow();
        return now >= kept.AskedAt && now <= kept.HoldsUntil ? (T)kept.Answer : default;
    }

    private void Keep((string Route, string Query) key, Kept kept)
    {
        if (_kept.Count >= MostKept) _kept.Clear();
        _kept[key] = kept;
    }

    private sealed record Kept(object Answer, (long LastSeq, long ForeignLines, int Left) Version, DateTimeOffset AskedAt, DateTimeOffset HoldsUntil);
}

/// <summary>An answer that was made of the log.</summary>
/// <typeparam name="T">What is answered.</typeparam>
/// <param name="Answer">The answer.</param>
/// <param name="FirstAt">The time of the oldest fact in it; null when there is none.</param>
internal sealed record Made<T>(T Answer, DateTimeOffset? FirstAt);
