using PipelineMetrics.EndToEnd.Judging;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Sixteen runners at once.</summary>
internal static class Fleet
{
    public const int Runners = 16;

    /// <summary>Runs until the service is gone.</summary>
    /// <param name="http">Where to.</param>
    /// <param name="ledger">Where everything is written down.</param>
    /// <param name="name">Begins the name of every task; unlike that of any other fleet on the same log.</param>
    /// <param name="seed">Decides what is sent.</param>
    public static async Task<Traffic> RunAsync(HttpClient http, Ledger ledger, string name, int seed)
    {
        var traffic = new Traffic();
        await Task.WhenAll(Enumerable.Range(0, Runners).Select(number =>
            new Runner(http, ledger, traffic, $"{name}-{number}", new Random(seed + number)).RunAsync()));
        return traffic;
    }
}
