using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>Whole lines deleted, doubled, swapped, inserted or dressed up, one at a time at every line; segments cut and removed.</summary>
public sealed class MiddleDamageTests(ITestOutputHelper output)
{
    private const string Active = "metrics.jsonl";
    private static readonly WrittenLog Written = new(commits: 200, eventBytes: 500, completionBytes: 1000);
    private static readonly string Sealed = Written.SealedFiles.First(name => name.StartsWith("metrics-", StringComparison.Ordinal));

    [Theory]
    [InlineData("delete", Active, DamageKind.MissingLines)]
    [InlineData("double", Active, DamageKind.RepeatedLine)]
    [InlineData("swap", Active, DamageKind.RepeatedLine, DamageKind.MissingLines)]
    [InlineData("foreign", Active)]
    [InlineData("blank", Active)]
    [InlineData("mark", Active)]
    [InlineData("carriage return", Active)]
    [InlineData("delete", "sealed", DamageKind.ChangedSegment)]
    [InlineData("double", "sealed", DamageKind.ChangedSegment, DamageKind.RepeatedLine)]
    [InlineData("swap", "sealed", DamageKind.RepeatedLine, DamageKind.MissingLines)]
    [InlineData("foreign", "sealed", DamageKind.ChangedSegment)]
    [InlineData("blank", "sealed", DamageKind.ChangedSegment)]
    [InlineData("mark", "sealed", DamageKind.ChangedSegment)]
    [InlineData("carriage return", "sealed", DamageKind.ChangedSegment)]
    public void Is_reported_for_what_it_is_and_the_rest_is_served(string act, string where, params DamageKind[] expected)
    {
        var file = where == Active ? Active : Sealed;
        var lines = Written.LinesOf(file);
        for (var at = 0; at < lines.Length - 1; at++)
        {
            var bench = Written.Copy();
            bench.Disk.Put(LogBench.PathOf(file), [.. After(act, lines, at).SelectMany(line => line)]);

            using var journal = bench.Open();

            var status = journal.Status;
            status.Damage.Select(damage => damage.Kind).Order().ShouldBe(expected.Order(), $"line {at}");
            Written.FindSilence(bench, status).ShouldBe("", $"line {at}");
            bench.Lines.Count(line => line.IsVerified).ShouldBe((int)Written.LastSeq - (act is "delete" or "swap" ? 1 : 0), $"line {at}");
            (status.Events.Lines + status.Completions.Lines).ShouldBe(bench.Lines.Count, $"line {at}");
            (status.Completions.ForeignLines, status.Completions.BlankLines).ShouldBe((act == "foreign" ? 1 : 0, act == "blank" ? 1 : 0));
        }

        output.WriteLine($"{lines.Length - 1} lines");
    }

    [Fact]
    public void A_segment_cut_anywhere_is_reported_with_its_numbers()
    {
        var content = Written.ContentOf(Sealed);
        var step = ProofSize.Cases(97, 1);
        for (var length = 0; length < content.Length; length += step)
        {
            var bench = Written.Copy();
            bench.Disk.Put(LogBench.PathOf(Sealed), content[..length]);

            using var journal = bench.Open();

            Written.FindSilence(bench, journal.Status).ShouldBe("", $"cut to {length}");
            journal.Status.Damage.ShouldContain(damage => damage.Kind == DamageKind.ChangedSegment && damage.File == Sealed);

            // A last line that lacks only its line feed is whole.
            var whole = content.AsSpan(0, length + 1).Count((byte)'\n');
            bench.Lines.Count(line => line.Place.Segment == 0 && line.Stream == LogStream.Completions).ShouldBe(whole, $"cut to {length}");
        }

        output.WriteLine($"{content.Length / step + 1} cuts");
    }

    [Fact]
    public void A_removed_segment_is_reported_with_its_numbers()
    {
        foreach (var file in Written.SealedFiles)
        {
            var seqs = WrittenLog.SeqsOf(Written.LinesOf(file));
            var bench = Written.Copy();
            bench.Disk.Remove(LogBench.PathOf(file));

            using var journal = bench.Open();

            var damage = journal.Status.Damage.ShouldHaveSingleItem();
            (damage.Kind, damage.File, damage.FirstSeq, damage.LastSeq).ShouldBe((DamageKind.MissingSegment, file, seqs[0], seqs[^1]));
            bench.Lines.Select(line => line.Seq).ShouldBe(Enumerable.Range(1, (int)Written.LastSeq).Select(n => (long)n).Except(seqs));
        }

        output.WriteLine($"{Written.SealedFiles.Length} segments");
        Written.SealedFiles.Length.ShouldBeGreaterThan(3);
    }

    private static IEnumerable<byte[]> After(string act, byte[][] lines, int at) => act switch
    {
        "delete" => [.. lines[..at], .. lines[(at + 1)..]],
        "double" => [.. lines[..(at + 1)], .. lines[at..]],
        "swap" => [.. lines[..at], lines[at + 1], lines[at], .. lines[(at + 2)..]],
        "foreign" => [.. lines[..at], "{\"task_id\":\"by hand\"}\n"u8.ToArray(), .. lines[at..]],
        "blank" => [.. lines[..at], "\n"u8.ToArray(), .. lines[at..]],
        "mark" => [.. lines[..at], [.. "\uFEFF"u8, .. lines[at]], .. lines[(at + 1)..]],
        _ => [.. lines[..at], [.. lines[at][..^1], .. "\r\n"u8], .. lines[(at + 1)..]],
    };
}
