using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

/// <summary>Looking at a log takes nothing, changes nothing, and shows a moment of it.</summary>
public sealed class ViewTests
{
    private readonly LogBench _bench = new();
    private readonly List<string> _seen = [];

    public ViewTests() => _bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;

    [Fact]
    public void At_every_call_of_a_writer_the_log_can_be_looked_at_and_is_a_begin_of_its_history()
    {
        var committed = new List<string>();
        var looks = 0;
        using var journal = _bench.Open();
        _bench.Disk.Watch = (_, _, _) =>
        {
            using var view = Look();
            _seen.Take(committed.Count).ShouldBe(committed);
            // A commit under way may be seen in part, and only its begin.
            _seen.Select(SeqOf).ShouldBe(Enumerable.Range(1, _seen.Count).Select(n => (long)n));
            view.Status.Damage.ShouldBeEmpty();
            looks++;
        };

        for (var i = 0; i < 60; i++)
        {
            PendingLine[] lines = [LogBench.Event($"e{i}"), LogBench.Completion($"{i}{new string('x', 2000)}"), LogBench.Completion($"c{i}")];
            journal.Commit(lines).Failure.ShouldBeNull();
            committed.Clear();
            committed.AddRange(Committed(journal));
        }

        looks.ShouldBeGreaterThan(200);
        journal.Status.Completions.Segments.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void A_torn_tail_is_left_out_and_left_alone()
    {
        using (var journal = _bench.Open())
            journal.Commit([LogBench.Completion("1"), LogBench.Completion("2")]);
        _bench.AppendForeign("metrics.jsonl", "{\"c\":\"half");
        var calls = _bench.Disk.Calls;

        using var view = Look();

        _seen.Count.ShouldBe(2);
        view.Status.Damage.ShouldBeEmpty();
        _bench.Disk.Calls.ShouldBe(calls);
    }

    [Fact]
    public void A_damaged_line_is_reported_and_not_copied_aside()
    {
        using (var journal = _bench.Open())
            journal.Commit([.. Enumerable.Range(0, 3).Select(i => LogBench.Completion($"{i}"))]);
        _bench.Disk.Tamper(LogBench.PathOf("metrics.jsonl"), content =>
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(content).Replace("\"c\":\"1\"", "\"c\":\"7\"", StringComparison.Ordinal)));
        var calls = _bench.Disk.Calls;

        using var view = Look();

        _seen.Count.ShouldBe(2);
        view.Status.Damage.ShouldHaveSingleItem().KeptAs.ShouldBeNull();
        _bench.Disk.Calls.ShouldBe(calls);
    }

    [Fact]
    public void What_was_left_after_a_failed_sync_is_shown_as_it_stands()
    {
        using (var journal = _bench.Open())
            journal.Commit([LogBench.Completion("1")]);
        _bench.Disk.Put(LogBench.PathOf("sync-failed"), []);
        var calls = _bench.Disk.Calls;

        using var view = Look();

        _seen.Count.ShouldBe(1);
        _bench.Disk.Calls.ShouldBe(calls);
    }

    [Fact]
    public void Nothing_is_committed_and_the_reason_says_why()
    {
        using (var journal = _bench.Open())
            journal.Commit([LogBench.Completion("1")]);
        using var view = Look();

        Should.Throw<LogStoppedException>(() => view.Commit([LogBench.Completion("2")])).Message.ShouldContain("opened for reading only");

        view.Status.IsView.ShouldBeTrue();
    }

    [Fact]
    public void Lines_are_found_by_place_and_number_and_what_is_archived_is_known()
    {
        using (var journal = _bench.Open())
        {
            for (var i = 0; i < 200; i++)
                journal.Commit([LogBench.Completion($"{i}{new string('x', 1000)}")]);
            journal.Leave(LogStream.Completions, 1);
        }

        using var view = Look();

        view.Status.Archive.Segments.ShouldBe(1);
        SeqOf(_seen[0]).ShouldBe(view.Status.Archive.LastSeq + 1);
        view.TryFindSeq(LogStream.Completions, 200, out var place).ShouldBeTrue();
        view.TryRead(place, out var json).ShouldBeTrue();
        Encoding.UTF8.GetString(json).ShouldBe(_seen[^1]);
        var walked = 0;
        view.ReadFrom(1, (in StoredLine _) => ++walked > 0);
        walked.ShouldBe(_seen.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_there_is_no_log_there_is_nothing_to_look_at(bool exists)
    {
        if (exists)
            _bench.Disk.Put(LogBench.PathOf("notes.txt"), []);

        Should.Throw<DiskException>(Look).Message.ShouldContain("it holds no metrics.jsonl and no events.jsonl");
    }

    [Fact]
    public async Task Beside_a_writer_that_never_pauses_every_look_is_a_begin_of_the_history()
    {
        var directory = Directory.CreateTempSubdirectory("log-tests-");
        try
        {
            var options = new LogOptions { Directory = directory.FullName, SegmentBytes = LogOptions.MinSegmentBytes, SyncInterval = TimeSpan.FromMinutes(1) };
            using var journal = Journal.Open(new RealDisk(), options, TimeProvider.System, NullLogger.Instance);
            journal.Replay((in StoredLine _) => { });
            journal.Commit([LogBench.Event("first")]);
            using var enough = new CancellationTokenSource();
            var writing = Task.Run(() =>
            {
                for (var i = 0; !enough.IsCancellationRequested; i++)
                    journal.Commit([LogBench.Event($"{i}"), LogBench.Completion($"{i}{new string('x', 100)}")]).Failure.ShouldBeNull();
            });
            for (var look = 0; look < 30; look++)
            {
                var before = journal.Status.LastSeq;
                var seqs = new List<long>();
                using var view = Journal.View(new RealDisk(), options, TimeProvider.System, NullLogger.Instance);
                view.Replay((in StoredLine line) => seqs.Add(line.Seq));

                seqs.ShouldBe(Enumerable.Range(1, seqs.Count).Select(n => (long)n));
                seqs.Count.ShouldBeGreaterThanOrEqualTo((int)before);
                view.Status.Damage.ShouldBeEmpty();
            }
            await enough.CancelAsync();
            await writing;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_beside_the_log_is_replaced_only_while_nobody_writes_the_log()
    {
        using (var journal = _bench.Open())
        {
            journal.Commit([LogBench.Completion("1")]);
            using var beside = Look();
            Should.Throw<LogInUseException>(() => beside.ReplaceBeside(LogNames.Aggregates, "{}"u8));
            _bench.Disk.Names.ShouldNotContain(name => name.EndsWith(LogNames.Aggregates, StringComparison.Ordinal));
        }

        using var alone = Look();
        alone.ReplaceBeside(LogNames.Aggregates, "{}"u8);

        _bench.Text(LogNames.Aggregates).ShouldBe("{}");
        Should.NotThrow(() => _bench.Open().Dispose());
    }

    private static long SeqOf(string json)
    {
        var number = json.AsSpan(json.LastIndexOf("\"seq\":", StringComparison.Ordinal) + 6);
        return long.Parse(number[..number.IndexOf(',')], CultureInfo.InvariantCulture);
    }

    private static List<string> Committed(Journal journal)
    {
        var lines = new List<string>();
        journal.ReadFrom(1, (in StoredLine line) =>
        {
            lines.Add(Encoding.UTF8.GetString(line.Json));
            return true;
        });
        return lines;
    }

    private Journal Look()
    {
        _seen.Clear();
        var view = Journal.View(_bench.Disk, _bench.Options, _bench.Clock, NullLogger.Instance);
        view.Replay((in StoredLine line) => _seen.Add(Encoding.UTF8.GetString(line.Json)));
        return view;
    }
}
