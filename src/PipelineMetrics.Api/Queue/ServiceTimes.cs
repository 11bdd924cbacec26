using PipelineMetrics.Aggregation;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Queue;

/// <summary>
/// How long tasks usually take: the median duration of all completions of their type that are kept, of all completions for a type
/// without one. Computed once per state of the log, however many ask.
/// </summary>
internal sealed class ServiceTimes(Recorder recorder, TimeProvider clock) : IDisposable
{
    private static readonly MetricsQuery Question = new(TimeRange.Between(null, null))
    {
        GroupBy = [Dimension.TaskType],
        GroupPercentiles = true,
        MaxGroups = int.MaxValue,
    };

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private volatile Medians? _latest;

    /// <summary>How long a task should take; null when no duration is recorded.</summary>
    public async ValueTask<Func<TaskView, TimeSpan>?> NowAsync(CancellationToken cancellation)
    {
        if (Kept() is not { } medians)
        {
            await _oneAtATime.WaitAsync(cancellation);
            try
            {
                // Whoever waited finds what the one before has computed, unless something happened since.
                medians = Kept() ?? Compute();
                _latest = medians;
            }
            finally
            {
                _oneAtATime.Release();
            }
        }
        return medians.Overall is { } overall ? task => medians.ByType.GetValueOrDefault(task.TypeInFigures, overall) : null;
    }

    public void Dispose() => _oneAtATime.Dispose();

    private Medians? Kept() => _latest is { } latest && latest.Version == recorder.Completions.Version ? latest : null;

    private Medians Compute()
    {
        var answer = recorder.Completions.Answer(Question, clock.GetUtcNow());
        var byType = answer.Groups[Dimension.TaskType].Groups
            .Where(group => group.Value.P50 is not null)
            .ToDictionary(group => ValueOf(group.Key), group => TimeSpan.FromMilliseconds(group.Value.P50!.Value.Ms), StringComparer.Ordinal);
        return new Medians(answer.State.Version, answer.Overall.P50 is { } p50 ? TimeSpan.FromMilliseconds(p50.Ms) : null, byType);
    }

    // A value that begins with a bracket is shown with two.
    private static string ValueOf(string key) => key.StartsWith('(') ? key[1..] : key;

    private sealed record Medians(long Version, TimeSpan? Overall, IReadOnlyDictionary<string, TimeSpan> ByType);
}
