using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class ForeignLineTests
{
    private readonly LogBench _bench = new();

    [Fact]
    public void Lines_of_other_tools_are_read_where_they_stand_and_told_apart()
    {
        _bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), "{\"f\":1}\r\n\n{ \"f\" : 2 }\n"u8.ToArray());
        using (var journal = _bench.Open())
            journal.Commit([LogBench.Event("1"), LogBench.Completion("2")]);
        _bench.AppendForeign("metrics.jsonl", "{\"f\":3}\n");

        using var again = _bench.Open();

        _bench.Lines.Select(line => (line.Json[..4], line.Seq)).ShouldBe(
            [("{\"f\"", 0), ("{ \"f", 0), ("{\"e\"", 1), ("{\"c\"", 2), ("{\"f\"", 0)]);
        again.Status.Completions.ForeignLines.ShouldBe(3);
        again.Status.Completions.BlankLines.ShouldBe(1);
        again.Status.Damage.ShouldBeEmpty();
    }

    [Fact]
    public void Complete_lines_appended_while_running_are_handed_over_before_the_next_commit()
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);
        _bench.AppendForeign("metrics.jsonl", "{\"f\":1}\n{\"f\":2}\n");

        journal.AdoptForeignLines(_bench.Take);
        journal.Commit([LogBench.Completion("2")]).Failure.ShouldBeNull();

        _bench.Lines.Select(line => line.Json).ShouldBe(["{\"f\":1}", "{\"f\":2}"]);
        journal.TryRead(_bench.Lines[1].Place, out var read).ShouldBeTrue();
        read.ShouldBe("{\"f\":2}"u8.ToArray());
        journal.Status.Completions.ForeignLines.ShouldBe(2);
        using var again = Restarted(journal);
        _bench.Bodies.ShouldBe(["{\"c\":\"1\"}", "{\"f\":1}", "{\"f\":2}", "{\"c\":\"2\"}"]);
    }

    [Fact]
    public void A_commit_never_overwrites_what_was_appended_and_not_yet_adopted()
    {
        using var journal = _bench.Open();
        _bench.AppendForeign("metrics.jsonl", "{\"f\":1}\n");

        var outcome = journal.Commit([LogBench.Completion("1")]);

        outcome.Failure!.Fault.ShouldBe(DiskFault.Changed);
        journal.Status.Stopped.ShouldBeNull();
        _bench.Text("metrics.jsonl").ShouldBe("{\"f\":1}\n");
    }

    [Fact]
    public void An_unfinished_foreign_line_gets_one_tick_to_be_finished()
    {
        using var journal = _bench.Open();
        _bench.AppendForeign("metrics.jsonl", "{\"f\":");
        journal.Tick(_bench.Take);
        _bench.Text("metrics.jsonl").ShouldBe("{\"f\":");
        _bench.AppendForeign("metrics.jsonl", "1}\n");

        journal.Tick(_bench.Take);

        _bench.Lines.ShouldHaveSingleItem().Json.ShouldBe("{\"f\":1}");
        journal.Status.Damage.ShouldBeEmpty();
    }

    [Fact]
    public void A_foreign_line_nobody_finishes_gets_an_end_and_is_judged()
    {
        using var journal = _bench.Open();
        _bench.AppendForeign("metrics.jsonl", "{\"f\":1}\nhello");
        journal.Tick(_bench.Take);
        _bench.Lines.Count.ShouldBe(1);

        journal.Tick(_bench.Take);
        journal.Commit([LogBench.Completion("1")]);

        var damage = journal.Status.Damage.ShouldHaveSingleItem();
        damage.Kind.ShouldBe(DamageKind.BadLine);
        damage.KeptAs.ShouldNotBeNull();
        _bench.Text("metrics.jsonl").ShouldStartWith("{\"f\":1}\nhello\n{\"c\":\"1\"");
    }

    [Fact]
    public void A_commit_puts_an_end_to_an_unfinished_foreign_line_rather_than_be_glued_to_it()
    {
        using var journal = _bench.Open();
        _bench.AppendForeign("events.jsonl", "{\"f\":1}");

        journal.AdoptForeignLines(_bench.Take);
        journal.Commit([LogBench.Event("1")]).Failure.ShouldBeNull();

        _bench.Text("events.jsonl").ShouldStartWith("{\"f\":1}\n{\"e\":\"1\"");
        _bench.Lines.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_whole_foreign_object_without_line_end_is_kept_at_start()
    {
        _bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), "{\"f\":1}"u8.ToArray());

        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1")]);

        _bench.Lines.ShouldHaveSingleItem();
        _bench.Text("metrics.jsonl").ShouldStartWith("{\"f\":1}\n{\"c\":\"1\"");
    }

    [Fact]
    public void Our_own_lines_pasted_back_are_repeated_lines()
    {
        using var journal = _bench.Open();
        journal.Commit([LogBench.Completion("1"), LogBench.Completion("2")]);
        _bench.AppendForeign("metrics.jsonl", _bench.Text("metrics.jsonl"));

        journal.AdoptForeignLines(_bench.Take);

        _bench.Lines.ShouldBeEmpty();
        journal.Status.Damage.Select(damage => damage.Kind).ShouldBe([DamageKind.RepeatedLine, DamageKind.RepeatedLine]);
        journal.NextSeq.ShouldBe(3);
    }

    private Journal Restarted(Journal journal)
    {
        journal.Dispose();
        return _bench.Open();
    }
}
