using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class VerifierTests
{
    private const string SealedFile = "metrics-0000000000000001.jsonl";
    private readonly LogBench _bench = new();

    public VerifierTests()
    {
        _bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;
        using var journal = _bench.Open();
        for (var i = 0; i < 100; i++)
            journal.Commit([LogBench.Completion($"{i}{new string('x', 1000)}")]);
    }

    [Fact]
    public void A_whole_log_is_ok_and_counted()
    {
        var report = Verify();

        report.Ok.ShouldBeTrue();
        (report.Lines, report.ForeignLines, report.Segments, report.LastSeq).ShouldBe((100, 0, 3, 100));
    }

    [Fact]
    public void A_line_replaced_by_another_of_the_same_length_is_found_by_its_checksum()
    {
        Change(SealedFile, text => text.Replace("\"5x", "\"6x", StringComparison.Ordinal));

        Verify().Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.BadLine);
    }

    [Fact]
    public void A_foreign_line_edited_inside_a_sealed_segment_is_found_by_the_hash()
    {
        var bench = new LogBench();
        bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;
        bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), "{\"f\":1}\n"u8.ToArray());
        using (var journal = bench.Open())
            journal.Commit([.. Enumerable.Range(0, 70).Select(_ => LogBench.Completion(new string('x', 1000)))]);
        bench.Disk.Tamper(LogBench.PathOf(SealedFile), content => [.. "{\"f\":2}\n"u8, .. content[8..]]);

        JournalVerifier.Verify(bench.Disk, bench.Options).Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.ChangedSegment);
    }

    [Fact]
    public void Deleted_lines_of_the_active_file_are_found()
    {
        Change("metrics.jsonl", text => text[(text.IndexOf('\n') + 1)..]);

        Verify().Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.MissingLines);
    }

    [Fact]
    public void A_missing_segment_is_found()
    {
        _bench.Disk.Remove(LogBench.PathOf(SealedFile));

        Verify().Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.MissingSegment);
    }

    [Fact]
    public void A_torn_tail_is_found_and_left_alone()
    {
        Change("metrics.jsonl", text => text[..^3]);
        var calls = _bench.Disk.Calls;

        Verify().Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.TornTail);

        _bench.Disk.Calls.ShouldBe(calls);
    }

    [Fact]
    public void A_live_journal_beside_it_does_not_matter()
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Event("live")]);

        Verify().Ok.ShouldBeTrue();
    }

    [Fact]
    public void An_empty_directory_is_ok() => JournalVerifier.Verify(new SimDisk(), _bench.Options).Ok.ShouldBeTrue();

    private VerifyReport Verify() => JournalVerifier.Verify(_bench.Disk, _bench.Options);

    private void Change(string name, Func<string, string> edit) =>
        _bench.Disk.Tamper(LogBench.PathOf(name), content => Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(content))));
}
