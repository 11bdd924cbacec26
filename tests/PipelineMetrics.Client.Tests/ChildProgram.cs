using System.Globalization;

namespace PipelineMetrics.Client.Tests;

/// <summary>
/// A runner that tracks without end until it is killed, and says each number once it was accepted: <c>address spool name</c>.
/// </summary>
internal static class ChildProgram
{
    private const int PerTick = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    public static async Task<int> Main(string[] arguments)
    {
        var (address, spool, name) = (arguments[0], arguments[1], arguments[2]);
        var options = new PipelineMetricsClientOptions
        {
            Address = new Uri(address),
            SpoolDirectory = spool,
            FlushInterval = TimeSpan.FromMilliseconds(20),
            MaxRetryDelay = TimeSpan.FromMilliseconds(300),
        };
        await using var client = new PipelineMetricsClient(options);
        using var ticks = new PeriodicTimer(Tick);
        for (long number = 0; await ticks.WaitForNextTickAsync();)
        {
            for (var i = 0; i < PerTick; i++, number++)
            {
                if (client.Track(Some.Completion($"{name}-{number}")) == TrackResult.Spooled)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            }
        }
        return 0;
    }
}
