using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>A secret in a line is blanked by hand, and the log is whole again.</summary>
public sealed class EditAcceptorTests
{
    private const string SealedFile = "metrics-0000000000000001.jsonl";
    private readonly LogBench _bench = new();

    public EditAcceptorTests()
    {
        _bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;
        using var journal = _bench.Open();
        for (var i = 0; i < 100; i++)
            journal.Commit([LogBench.Completion($"{i}-secret-{new string('x', 1000)}")]);
    }

    [Theory]
    [InlineData(SealedFile, 6)]
    [InlineData("metrics.jsonl", 100)]
    public void A_blanked_secret_is_accepted_with_its_line(string file, long seq)
    {
        Blank(file, seq);
        Verify().ShouldNotBeEmpty();

        var edit = Accept().ShouldHaveSingleItem();

        edit.File.ShouldBe(file);
        edit.Seqs.ShouldBe([seq]);
        Verify().ShouldBeEmpty();
        using var journal = _bench.Open();
        journal.Status.Damage.ShouldBeEmpty();
        _bench.Lines.Count.ShouldBe(100);
        _bench.Lines[(int)seq - 1].Body.ShouldContain("-XXXXXX-");
        _bench.Lines[(int)seq - 1].IsVerified.ShouldBeTrue();
    }

    [Fact]
    public void What_was_accepted_stands_in_the_manifest()
    {
        Blank(SealedFile, 6);
        var edit = Accept().ShouldHaveSingleItem();

        var manifest = _bench.Text("journal.json");

        manifest.ShouldContain("\"accepted\"");
        manifest.ShouldContain(edit.Sha256Before!);
        edit.Sha256After.ShouldNotBe(edit.Sha256Before);
    }

    [Fact]
    public void A_foreign_line_that_was_edited_is_accepted_by_the_hash_of_its_file()
    {
        var bench = new LogBench();
        bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;
        bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), "{\"f\":1}\n"u8.ToArray());
        using (var journal = bench.Open())
            journal.Commit([.. Enumerable.Range(0, 70).Select(_ => LogBench.Completion(new string('x', 1000)))]);
        bench.Disk.Tamper(LogBench.PathOf(SealedFile), content => [.. "{\"f\":\"two\"}\n"u8, .. content[8..]]);

        EditAcceptor.Accept(bench.Disk, bench.Options, bench.Clock).ShouldHaveSingleItem().Seqs.ShouldBeEmpty();

        JournalVerifier.Verify(bench.Disk, bench.Options).Ok.ShouldBeTrue();
    }

    [Fact]
    public void A_log_nobody_edited_is_left_as_it_is()
    {
        var calls = _bench.Disk.Calls;

        Accept().ShouldBeEmpty();

        _bench.Disk.Calls.ShouldBe(calls);
    }

    [Theory]
    [InlineData("a line that is missing", "DELETE")]
    [InlineData("a line that is no JSON", "BREAK")]
    [InlineData("a line without its end", "TEAR")]
    public void What_is_no_edit_stays_damage(string what, string act)
    {
        Change("metrics.jsonl", text => act switch
        {
            "DELETE" => text[(text.IndexOf('\n') + 1)..],
            "BREAK" => text.Replace("\"c\":\"90-", "\"c\":90-", StringComparison.Ordinal),
            _ => text[..^3],
        });

        Accept().ShouldBeEmpty(what);

        Verify().ShouldNotBeEmpty(what);
    }

    [Fact]
    public void A_log_that_is_being_written_is_refused()
    {
        Blank(SealedFile, 6);
        using var journal = _bench.Open();

        Should.Throw<LogInUseException>(Accept);
    }

    [Fact]
    public void Wherever_the_machine_dies_no_line_is_lost_and_accepting_again_makes_it_whole()
    {
        Blank(SealedFile, 6);
        Blank("metrics.jsonl", 100);
        var whole = _bench.Disk.Copy();
        Accept();
        var calls = _bench.Disk.Calls - whole.Calls;

        for (var call = 1; call <= calls; call++)
        {
            var disk = whole.Copy();
            disk.DiesAtCall = disk.Calls + call;
            Should.Throw<SimDisk.PowerLoss>(() => EditAcceptor.Accept(disk, _bench.Options, _bench.Clock));
            disk.Crash(new Random(call));

            EditAcceptor.Accept(disk, _bench.Options, _bench.Clock);

            var report = JournalVerifier.Verify(disk, _bench.Options);
            report.Damage.ShouldBeEmpty($"died at call {call}");
            report.Lines.ShouldBe(100);
        }
    }

    private IReadOnlyList<AcceptedEdit> Accept() => EditAcceptor.Accept(_bench.Disk, _bench.Options, _bench.Clock);

    private IReadOnlyList<LogDamage> Verify() => JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage;

    private void Blank(string file, long seq) =>
        Change(file, text => text.Replace($"\"{seq - 1}-secret-", $"\"{seq - 1}-XXXXXX-", StringComparison.Ordinal));

    private void Change(string file, Func<string, string> edit) =>
        _bench.Disk.Tamper(LogBench.PathOf(file), content => Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(content))));
}
