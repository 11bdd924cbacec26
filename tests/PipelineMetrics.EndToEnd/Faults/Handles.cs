using System.Globalization;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>How many files and connections a running process may have open.</summary>
internal static class Handles
{
    private const int Plenty = 4096;

    /// <summary>Leaves a process room for so many more.</summary>
    public static void Leave(int process, int more)
    {
        var used = Directory.GetFiles($"/proc/{process}/fd")
            .Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).ToHashSet();
        // The limit is one of numbers, and there are gaps between those in use.
        var limit = 0;
        for (var free = 0; free < more || used.Contains(limit); limit++) free += used.Contains(limit) ? 0 : 1;
        Set(process, limit);
    }

    public static void LeavePlenty(int process) => Set(process, Plenty);

    private static void Set(int process, int limit) => Shell.Run("prlimit", "--pid", $"{process}", $"--nofile={limit}:{Plenty}");
}
