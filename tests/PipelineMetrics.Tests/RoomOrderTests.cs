using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Tests;

/// <summary>The rooms of the engine build on each other in one direction, and stay small enough to read.</summary>
public sealed class RoomOrderTests
{
    // A room uses only rooms before it; the siblings do not know each other.
    private static readonly string[] Rooms =
        ["Events", "Pricing", "Harnesses", "Transcripts", "Log", "Aggregation", "Pipeline", "Counters", "History", "Analysis", "Recording", "Health", "Importing", "Alerting"];
    private static readonly string[] Siblings = ["Pricing", "Log", "Aggregation", "Pipeline", "Counters"];

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Source(), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
        .Select(f => Path.GetRelativePath(Source(), f).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_uses_only_rooms_before_its_own(string file)
    {
        var room = file.Split('/')[1];
        if (!file.StartsWith("PipelineMetrics/", StringComparison.Ordinal)) return;
        Rooms.ShouldContain(room, "every room has its place in the order");
        var used = Regex.Matches(Read(file), @"\bPipelineMetrics\.(\w+)").Select(m => m.Groups[1].Value).Where(r => Rooms.Contains(r) && r != room).Distinct().ToList();
        used.ShouldAllBe(other => Array.IndexOf(Rooms, other) < Array.IndexOf(Rooms, room));
        if (Siblings.Contains(room)) used.ShouldAllBe(other => !Siblings.Contains(other));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_short_and_takes_no_shortcut_past_the_clock_or_the_sync(string file)
    {
        var text = Read(file);
        text.Split('\n').Length.ShouldBeLessThanOrEqualTo(251);
        text.ShouldNotMatch(@"DateTime(Offset)?\.(Utc)?Now");
        text.ShouldNotMatch(@"FlushToDisk|Flush\(true\)|Flush\(flushToDisk");
        text.ShouldNotContain("#pragma warning disable");
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Source(), file));

    private static string Source([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src"));
}
