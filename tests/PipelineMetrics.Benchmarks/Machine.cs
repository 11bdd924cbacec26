using System.Diagnostics;
using System.Runtime.InteropServices;
using PipelineMetrics.Log;

namespace PipelineMetrics.Benchmarks;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    public static string Describe(string directory)
    {
        var cpu = Line("/proc/cpuinfo", "model name");
        var memory = long.TryParse(Line("/proc/meminfo", "MemTotal").Split(' ')[0], out var kib) ? kib / 1024.0 / 1024 : 0;
        var disk = new DriveInfo(directory);
        return $"{Environment.ProcessorCount} cores ({cpu}), {memory:0} GiB, {RuntimeInformation.OSDescription}, {disk.DriveFormat}, " +
            $"a sync of one line takes {SyncMs(directory) * 1000:0} µs (median), .NET {Environment.Version}";
    }

    private static string Line(string file, string name) =>
        File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim() : "unknown";

    private static double SyncMs(string directory)
    {
        using var file = File.OpenHandle(Path.Combine(directory, "sync-probe"), FileMode.Create, FileAccess.Write);
        var line = new byte[250];
        var times = new List<double>();
        for (var i = 0; i < 500; i++)
        {
            var watch = Stopwatch.StartNew();
            RandomAccess.Write(file, line, i * 250L);
            if (Native.SyncData(file) != 0) throw new IOException("The disk does not sync.");
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        return Pair.Median(times);
    }
}
