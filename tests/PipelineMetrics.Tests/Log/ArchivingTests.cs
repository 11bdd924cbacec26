using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class ArchivingTests
{
    private const int Commits = 400;
    private const string FirstFile = "metrics-0000000000000002.jsonl";
    private readonly LogBench _bench = new();

    public ArchivingTests() => _bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;

    [Fact]
    public void What_left_is_in_its_archive_and_nowhere_else()
    {
        using var journal = Filled();
        var original = _bench.Text(FirstFile);

        var left = journal.Leave(LogStream.Completions, 1).ShouldHaveSingleItem();

        _bench.Disk.Exists(LogBench.PathOf(FirstFile)).ShouldBeFalse();
        Unpacked(left).ShouldBe(original);
        _bench.Text("journal.json").ShouldContain("\"format\": 2");
        (journal.Status.Archive.Segments, journal.Status.Archive.Lines, journal.Status.Archive.LastSeq)
            .ShouldBe((1, left.Segment.Lines, left.Segment.LastSeq));
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage.ShouldBeEmpty();
    }

    [Fact]
    public void A_log_from_which_nothing_left_can_be_read_by_the_version_before()
    {
        Filled().Dispose();

        _bench.Text("journal.json").ShouldContain("\"format\": 1");
    }

    [Fact]
    public void A_place_stays_a_place_and_the_history_begins_with_what_stays()
    {
        var committed = new List<PendingLine>();
        using var journal = Filled(committed);
        var left = journal.Leave(LogStream.Completions, 2)[^1].Segment.LastSeq;

        foreach (var line in committed)
        {
            journal.TryRead(line.Place, out var json).ShouldBeTrue();
            Encoding.UTF8.GetString(json).ShouldStartWith(Encoding.UTF8.GetString(line.Body.Span)[..^1]);
        }

        var seqs = new List<long>();
        journal.ReadFrom(1, (in StoredLine line) =>
        {
            seqs.Add(line.Seq);
            return true;
        });
        seqs.ShouldBe(committed.Where(line => line.Stream == LogStream.Events || line.Seq > left).Select(line => line.Seq));
    }

    [Fact]
    public void Who_reads_the_history_while_it_leaves_reads_on_to_its_end()
    {
        var committed = new List<PendingLine>();
        using var journal = Filled(committed);
        var seqs = new List<long>();

        journal.ReadFrom(1, (in StoredLine line) =>
        {
            if (seqs.Count == 10)
            {
                journal.Leave(LogStream.Events);
                journal.Leave(LogStream.Completions);
            }

            seqs.Add(line.Seq);
            return true;
        });

        seqs.ShouldBe(committed.Select(line => line.Seq));
    }

    [Fact]
    public void Who_is_reading_a_file_in_the_very_moment_in_which_it_leaves_reads_its_archive()
    {
        var committed = new List<PendingLine>();
        using var journal = Filled(committed);
        var line = committed.First(pending => pending.Stream == LogStream.Completions);
        var hasLeft = false;
        _bench.Disk.LookFault = (operation, path) =>
        {
            if (operation != "read" || hasLeft || !path.EndsWith("metrics.jsonl", StringComparison.Ordinal))
                return null;
            hasLeft = true;
            journal.Leave(LogStream.Completions);
            return null;
        };

        journal.TryRead(line.Place, out var json).ShouldBeTrue();

        hasLeft.ShouldBeTrue();
        Encoding.UTF8.GetString(json).ShouldStartWith(Encoding.UTF8.GetString(line.Body.Span)[..^1]);
    }

    [Fact]
    public void A_start_reads_what_stays_and_misses_nothing()
    {
        var committed = new List<PendingLine>();
        long left;
        using (var journal = Filled(committed))
            left = journal.Leave(LogStream.Completions, 2)[^1].Segment.LastSeq;

        using var again = _bench.Open();

        again.Status.Damage.ShouldBeEmpty();
        again.Status.Archive.CarriedOver.ShouldBe(new Dictionary<string, long> { ["left"] = 2 });
        var kept = committed.Where(line => line.Stream == LogStream.Events || line.Seq > left).ToList();
        _bench.Lines.Select(line => (line.Seq, line.Place)).ShouldBe(kept.Select(line => (line.Seq, line.Place)));
        again.NextSeq.ShouldBe(committed.Count + 1);
    }

    [Fact]
    public void When_everything_left_the_count_goes_on()
    {
        var committed = new List<PendingLine>();
        using (var journal = Filled(committed))
        {
            journal.Seal();
            journal.Leave(LogStream.Events);
            journal.Leave(LogStream.Completions);
        }

        using (var again = _bench.Open())
        {
            (_bench.Lines.Count, again.NextSeq, again.Status.Damage.Count).ShouldBe((0, committed.Count + 1, 0));
            again.Commit([LogBench.Event("more"), LogBench.Completion("more")]).Failure.ShouldBeNull();
            again.Seal();
        }

        JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage.ShouldBeEmpty();
        _bench.Open().Status.Damage.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("events.jsonl")]
    [InlineData("metrics.jsonl")]
    public void A_line_lost_beside_the_archives_is_still_missed(string file)
    {
        using (var journal = Filled())
            journal.Leave(file[0] == 'e' ? LogStream.Completions : LogStream.Events);
        _bench.Disk.Tamper(LogBench.PathOf(file), content => content[(Array.IndexOf(content, (byte)'\n') + 1)..]);

        using var again = _bench.Open();

        again.Status.Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.MissingLines);
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.MissingLines);
    }

    [Fact]
    public void A_file_that_left_and_is_there_again_goes_with_the_next_start()
    {
        var content = LeftOver(out var left);
        _bench.Disk.Put(LogBench.PathOf(FirstFile), content);

        using var again = _bench.Open();

        _bench.Disk.Exists(LogBench.PathOf(FirstFile)).ShouldBeFalse();
        _bench.Lines.ShouldNotContain(line => line.Stream == LogStream.Completions && line.Seq <= left.Segment.LastSeq);
        again.Status.Damage.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_stays_as_long_as_its_archive_is_not_what_was_written(bool isCut)
    {
        var content = LeftOver(out var left);
        _bench.Disk.Put(LogBench.PathOf(FirstFile), content);
        if (isCut)
            _bench.Disk.Tamper(LogBench.PathOf(left.ArchiveName), archive => archive[..^1]);
        else
            _bench.Disk.Remove(LogBench.PathOf(left.ArchiveName));

        _bench.Open().Dispose();

        _bench.Disk.Read(LogBench.PathOf(FirstFile)).ShouldBe(content);
    }

    [Fact]
    public void A_segment_that_is_not_what_was_sealed_stays()
    {
        using var journal = Filled();
        _bench.Disk.Tamper(LogBench.PathOf(FirstFile), content => [.. content[..50], (byte)'!', .. content[51..]]);
        var segment = journal.Kept(LogStream.Completions)[0];

        journal.TryPack(segment, new SegmentFacts(), (in StoredLine _) => false, CancellationToken.None, out var refusal).ShouldBeNull();

        refusal.ShouldBe("it is not what was sealed");
        _bench.Disk.Names.ShouldNotContain(name => name.Contains("/archive/", StringComparison.Ordinal));
    }

    [Fact]
    public void An_archive_that_does_not_read_back_as_it_was_written_is_not_used()
    {
        using var journal = Filled();
        _bench.Disk.Watch = (operation, path, moment) =>
        {
            if (operation == "sync" && moment == Moment.After && path.EndsWith(".gz.tmp", StringComparison.Ordinal))
                _bench.Disk.Tamper(path, content => [.. content, .. Member("{}\n"u8)]);
        };

        Leaving.TryPack(journal, journal.Kept(LogStream.Completions)[0], out var refusal).ShouldBeNull();

        refusal.ShouldBe("it is not what was sealed");
        _bench.Disk.Exists(LogBench.PathOf(LogNames.ArchiveOf(FirstFile))).ShouldBeFalse();
    }

    [Fact]
    public void A_file_to_which_somebody_appends_after_it_was_sealed_stays()
    {
        using var journal = Filled();
        var segment = journal.Kept(LogStream.Completions)[0];
        var packed = Leaving.Pack(journal, segment);
        _bench.AppendForeign(FirstFile, "{\"late\":1}\n");

        Leaving.TryPack(journal, segment, out var refusal).ShouldBeNull();
        journal.Archive([packed], new Dictionary<string, long>());
        while (journal.RemoveLeftOver())
            continue;

        refusal.ShouldBe("it is not what was sealed");
        _bench.Text(FirstFile).ShouldEndWith("{\"late\":1}\n");
        journal.Dispose();
        _bench.Open().Dispose();
        _bench.Text(FirstFile).ShouldEndWith("{\"late\":1}\n");
    }

    [Fact]
    public void An_archive_of_another_log_is_never_replaced()
    {
        using var journal = Filled();
        var path = LogBench.PathOf(LogNames.ArchiveOf(FirstFile));
        _bench.Disk.Put(path, [1, 2, 3]);

        journal.TryPack(journal.Kept(LogStream.Completions)[0], new SegmentFacts(), (in StoredLine _) => false, CancellationToken.None, out var refusal).ShouldBeNull();

        refusal!.ShouldContain("holds something else");
        _bench.Disk.Read(path).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void An_archive_that_a_crash_left_is_used()
    {
        using var journal = Filled();
        var segment = journal.Kept(LogStream.Completions)[0];
        var first = Leaving.Pack(journal, segment);
        var made = _bench.Disk.Read(LogBench.PathOf(first.ArchiveName));

        Leaving.Pack(journal, segment).ShouldBe(first);

        _bench.Disk.Read(LogBench.PathOf(first.ArchiveName)).ShouldBe(made);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    [InlineData("lines")]
    public void The_verifier_misses_an_archive_and_what_is_beside_it(string what)
    {
        LeftOver(out var left);
        var name = LogBench.PathOf(what == "lines" ? LogNames.TaskLinesOf(left.Segment.File) : left.ArchiveName);
        if (what == "gone")
            _bench.Disk.Remove(name);
        else
            _bench.Disk.Tamper(name, content => [.. content[..^30], (byte)(content[^30] ^ 1), .. content[^29..]]);

        var damage = JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage.ShouldHaveSingleItem();

        damage.Kind.ShouldBe(what == "lines" ? DamageKind.ChangedSegment : DamageKind.UnreadableSegment);
        damage.File.ShouldContain(FirstFile);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_lines_that_tasks_need_are_read_from_beside_the_archive_or_from_it(bool areThere)
    {
        LeftOver(out var left);
        if (!areThere)
            _bench.Disk.Remove(LogBench.PathOf(LogNames.TaskLinesOf(left.Segment.File)));
        using var again = _bench.Open();

        var lines = again.TaskLinesOf(left).ToList();

        lines.Where(line => line.After % 7 == 3).Count().ShouldBe((int)left.TaskLines!.Lines);
        if (areThere)
            lines.Count.ShouldBe((int)left.TaskLines.Lines);
        foreach (var line in lines)
        {
            again.TryRead(line.Place, out var json).ShouldBeTrue();
            json.ShouldBe(line.Json);
        }
    }

    [Fact]
    public void What_left_is_known_again_when_the_list_of_it_is_lost()
    {
        LeftOver(out var left);
        var next = _bench.Open();
        var seq = next.NextSeq;
        next.Dispose();
        _bench.Disk.Remove(LogBench.PathOf("journal.json"));

        using var again = _bench.Open();

        again.Status.Damage.ShouldBeEmpty();
        again.NextSeq.ShouldBe(seq);
        again.Archived.ShouldHaveSingleItem().Segment.ShouldBe(left.Segment);
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage.ShouldBeEmpty();
    }

    private static byte[] Member(ReadOnlySpan<byte> part) => ArchiveFormat.Pack(part);

    private byte[] LeftOver(out ArchivedSegment left)
    {
        using var journal = Filled();
        var content = _bench.Disk.Read(LogBench.PathOf(FirstFile));
        left = journal.Leave(LogStream.Completions, 1)[0];
        return content;
    }

    private string Unpacked(ArchivedSegment left)
    {
        using var file = ArchiveFile.Open(_bench.Disk, LogBench.PathOf(left.ArchiveName));
        var content = new byte[file.Length];
        WholeFile.ReadFully(file, content, 0).ShouldBe(content.Length);
        return Encoding.UTF8.GetString(content);
    }

    private Journal Filled(List<PendingLine>? committed = null)
    {
        var journal = _bench.Open();
        for (var i = 0; i < Commits; i++)
        {
            PendingLine[] lines = [LogBench.Event($"{i}{new string('e', 300)}"), LogBench.Completion($"{i}.1{new string('x', 300 + i)}"), LogBench.Completion($"{i}.2")];
            journal.Commit(lines).Failure.ShouldBeNull();
            committed?.AddRange(lines);
        }

        return journal;
    }
}
