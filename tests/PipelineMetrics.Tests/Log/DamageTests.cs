using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>Damage before the tail: reported exactly, kept once, the rest served.</summary>
public sealed class DamageTests
{
    private readonly LogBench _bench = new();

    [Fact]
    public void Damaged_bytes_are_kept_once_however_often_the_log_is_opened()
    {
        var lines = FiveLines();
        PutLines(lines[0], "garbage\n", lines[1], lines[2], lines[3], lines[4]);

        using (_bench.Open())
        {
        }

        using var journal = _bench.Open();

        var damage = journal.Status.Damage.ShouldHaveSingleItem();
        damage.Offset.ShouldBe(lines[0].Length);
        damage.FirstSeq.ShouldBe(0, "no number is missing");
        Encoding.UTF8.GetString(_bench.Disk.Read(LogBench.PathOf(damage.KeptAs!))).ShouldBe("garbage\n");
        _bench.Disk.Names.Count(name => name.Contains("/torn/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_deleted_line_is_a_gap_in_the_count()
    {
        var lines = FiveLines();
        PutLines(lines[0], lines[1], lines[4]);

        using var journal = _bench.Open();

        var damage = journal.Status.Damage.ShouldHaveSingleItem();
        (damage.Kind, damage.FirstSeq, damage.LastSeq).ShouldBe((DamageKind.MissingLines, 3, 4));
        journal.NextSeq.ShouldBe(6);
    }

    [Fact]
    public void A_doubled_line_is_served_once()
    {
        var lines = FiveLines();
        PutLines(lines[0], lines[1], lines[1], lines[2], lines[3], lines[4]);

        using var journal = _bench.Open();

        _bench.Lines.Select(line => line.Seq).ShouldBe([1, 2, 3, 4, 5]);
        journal.Status.Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.RepeatedLine);
    }

    [Fact]
    public void Swapped_lines_are_reported()
    {
        var lines = FiveLines();
        PutLines(lines[0], lines[2], lines[1], lines[3], lines[4]);

        using var journal = _bench.Open();

        journal.Status.Damage.Select(damage => damage.Kind).ShouldBe([DamageKind.RepeatedLine, DamageKind.MissingLines], ignoreOrder: true);
    }

    [Fact]
    public void A_line_in_both_files_is_served_once()
    {
        var lines = FiveLines();
        PutLines(lines);
        _bench.Disk.Put(LogBench.PathOf("events.jsonl"), Encoding.UTF8.GetBytes(lines[2]));

        using var journal = _bench.Open();

        _bench.Lines.Select(line => line.Seq).ShouldBe([1, 2, 3, 4, 5]);
        journal.Status.Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.RepeatedLine);
    }

    [Fact]
    public void A_line_longer_than_any_may_be_is_stepped_over()
    {
        var lines = FiveLines();
        PutLines(lines[0], new string('z', LogOptions.LargestLineBytes + 1000) + "\n", lines[1], lines[2], lines[3], lines[4]);

        using var journal = _bench.Open();

        _bench.Lines.Select(line => line.Seq).ShouldBe([1, 2, 3, 4, 5]);
        journal.Status.Damage.ShouldHaveSingleItem().Bytes.ShouldBe(LogOptions.LargestLineBytes + 1001);
    }

    private static string[] FiveLines()
    {
        var bench = new LogBench();
        using var journal = bench.Open();
        journal.Commit([.. Enumerable.Range(1, 5).Select(i => LogBench.Completion($"{i}"))]);
        return [.. bench.Text("metrics.jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line + "\n")];
    }

    private void PutLines(params string[] lines) =>
        _bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), Encoding.UTF8.GetBytes(string.Concat(lines)));
}
