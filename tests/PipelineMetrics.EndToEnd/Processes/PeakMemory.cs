using System.Globalization;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>The most memory a process has held at once (Linux).</summary>
internal static class PeakMemory
{
    /// <summary>Bytes in RAM at the peak, since the start or the last <see cref="ForgetAsync"/>.</summary>
    public static async Task<long> OfAsync(int process) => await ReadAsync(process, "VmHWM:");

    /// <summary>Begins anew with what the process holds now, which is returned.</summary>
    public static async Task<long> ForgetAsync(int process)
    {
        await File.WriteAllTextAsync($"/proc/{process}/clear_refs", "5");
        return await ReadAsync(process, "VmRSS:");
    }

    private static async Task<long> ReadAsync(int process, string name)
    {
        var line = (await File.ReadAllLinesAsync($"/proc/{process}/status")).Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture) << 10;
    }
}
