namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>Asks again until the answer is yes, for as long as the promise allows and no longer.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <exception cref="TimeoutException">It was not so within the time.</exception>
    public static async Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> question)
    {
        using var limit = new CancellationTokenSource(within);
        using var timer = new PeriodicTimer(Step);
        while (!await question())
        {
            if (!await TickAsync(timer, limit.Token)) throw new TimeoutException($"Not within {within.TotalSeconds:0.#} s: {what}.");
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken limit)
    {
        try
        {
            return await timer.WaitForNextTickAsync(limit);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
