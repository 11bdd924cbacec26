namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>Runs one case per seed on all cores; a case that fails is told with its seed.</summary>
internal static class Seeds
{
    public static Task ForEachAsync(int cases, Func<int, Task> holds) => Parallel.ForEachAsync(Enumerable.Range(0, cases), async (seed, _) =>
    {
        try
        {
            await holds(seed);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
        }
    });
}
