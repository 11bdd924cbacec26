using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class SegmentTests
{
    private const int LinesWritten = 2000;
    private readonly LogBench _bench = new();

    public SegmentTests() => _bench.Options.SegmentBytes = LogOptions.MinSegmentBytes;

    [Fact]
    public void A_full_file_is_sealed_under_its_first_number_and_listed()
    {
        using var journal = Filled();

        var names = _bench.Disk.Names.Select(name => Path.GetFileName(name)!).ToList();
        names.ShouldContain("metrics-0000000000000002.jsonl");
        names.ShouldContain("events-0000000000000001.jsonl");
        _bench.Text("journal.json").ShouldContain("\"file\": \"metrics-0000000000000002.jsonl\"");
        journal.Status.Completions.Segments.ShouldBeGreaterThan(1);
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Damage.ShouldBeEmpty();
    }

    [Fact]
    public void Sealed_lines_come_back_and_keep_their_places()
    {
        var committed = new List<PendingLine>();
        Filled(committed).Dispose();

        using var again = _bench.Open();

        _bench.Lines.Select(line => line.Seq).ShouldBe(Enumerable.Range(1, LinesWritten).Select(n => (long)n));
        _bench.Lines.Select(line => line.Place).ShouldBe(committed.Select(line => line.Place));
        again.Status.Damage.ShouldBeEmpty();
    }

    [Fact]
    public void Every_line_is_found_by_its_number_and_read_at_its_place()
    {
        var committed = new List<PendingLine>();
        using var journal = Filled(committed);

        foreach (var line in committed)
        {
            journal.TryFindSeq(line.Stream, line.Seq, out var place).ShouldBeTrue();
            place.ShouldBe(line.Place);
            journal.TryRead(LinePlace.Unpack(place.Packed), out var json).ShouldBeTrue();
            Encoding.UTF8.GetString(json).ShouldStartWith(Encoding.UTF8.GetString(line.Body.Span)[..^1] + $",\"seq\":{line.Seq},\"crc\":");
            journal.TryFindSeq(1 - line.Stream, line.Seq, out _).ShouldBeFalse();
        }

        journal.TryFindSeq(LogStream.Completions, LinesWritten + 1, out _).ShouldBeFalse();
        journal.TryFindSeq(LogStream.Completions, 0, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_place_that_is_no_line_start_reads_nothing()
    {
        using var journal = Filled();

        journal.TryRead(new LinePlace(LogStream.Completions, 0, 1), out _).ShouldBeFalse();
        journal.TryRead(new LinePlace(LogStream.Completions, 0, 1L << 39), out _).ShouldBeFalse();
        journal.TryRead(new LinePlace(LogStream.Completions, 4711, 0), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(777)]
    [InlineData(LinesWritten)]
    [InlineData(LinesWritten + 1)]
    public void History_is_read_from_any_number_on_across_segments_and_streams(int first)
    {
        using var journal = Filled();
        var seqs = new List<long>();

        journal.ReadFrom(first, (in StoredLine line) =>
        {
            seqs.Add(line.Seq);
            return true;
        });

        var from = Math.Max(first, 1);
        seqs.ShouldBe(Enumerable.Range(from, LinesWritten - from + 1).Select(n => (long)n));
    }

    [Fact]
    public async Task Readers_beside_commits_see_a_gapless_history()
    {
        using var journal = _bench.Open();
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var rounds = 0;
            for (; !done.IsCancellationRequested || rounds == 0; rounds++)
            {
                long previous = 0;
                var promised = journal.Status.LastSeq;
                journal.ReadFrom(1, (in StoredLine line) => line.Seq == ++previous);
                previous.ShouldBeGreaterThanOrEqualTo(promised);
            }
        });
        for (var i = 0; i < 200; i++)
            journal.Commit([LogBench.Event($"{i}"), LogBench.Completion(new string('x', 2000))]).Failure.ShouldBeNull();

        await done.CancelAsync();

        await reading;
        journal.Status.Completions.Segments.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void A_segment_begun_by_an_earlier_process_is_hashed_whole()
    {
        _bench.Open().Commit([LogBench.Completion(new string('x', 5000))]);
        using (var journal = _bench.Reopen())
        {
            journal.Tick(_bench.Take);
            for (var i = 0; i < 20; i++)
                journal.Commit([LogBench.Completion(new string('x', 5000))]);
            journal.Status.Completions.Segments.ShouldBe(2);
        }

        JournalVerifier.Verify(_bench.Disk, _bench.Options).Ok.ShouldBeTrue();
    }

    [Fact]
    public void A_lost_manifest_is_written_again_from_the_files()
    {
        Filled().Dispose();
        var before = _bench.Text("journal.json");
        _bench.Disk.Remove(LogBench.PathOf("journal.json"));

        using var journal = _bench.Open();

        _bench.Text("journal.json").Length.ShouldBe(before.Length);
        journal.Status.Damage.ShouldBeEmpty();
        _bench.Lines.Count.ShouldBe(LinesWritten);
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Ok.ShouldBeTrue();
    }

    [Fact]
    public void A_manifest_that_makes_no_sense_is_set_aside_and_rebuilt()
    {
        Filled().Dispose();
        _bench.Disk.Tamper(LogBench.PathOf("journal.json"), content => content[..^9]);

        using var journal = _bench.Open();

        var damage = journal.Status.Damage.ShouldHaveSingleItem();
        damage.Kind.ShouldBe(DamageKind.BadManifest);
        _bench.Disk.Exists(LogBench.PathOf(damage.KeptAs!)).ShouldBeTrue();
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Ok.ShouldBeTrue();
    }

    [Fact]
    public void A_newer_format_is_refused_and_nothing_is_touched()
    {
        _bench.Disk.Put(LogBench.PathOf("journal.json"), "{\"format\":3,\"segments\":[]}"u8.ToArray());

        Should.Throw<LogFormatException>(() => _bench.Open()).Message.ShouldContain("format 3");

        _bench.Disk.Calls.ShouldBe(0);
    }

    [Fact]
    public void Members_of_the_manifest_this_version_does_not_know_are_kept()
    {
        _bench.Disk.Put(LogBench.PathOf("journal.json"), "{\"format\":1,\"segments\":[],\"carried\":{\"completed\":7}}"u8.ToArray());

        using var journal = Filled();

        _bench.Text("journal.json").ShouldContain("\"completed\": 7");
        _bench.Text("journal.json").ShouldContain("metrics-");
    }

    [Fact]
    public void A_missing_segment_is_reported_with_its_numbers_and_the_rest_is_served()
    {
        Filled().Dispose();
        _bench.Disk.Remove(LogBench.PathOf("metrics-0000000000000002.jsonl"));

        using var journal = _bench.Open();

        var damage = journal.Status.Damage.ShouldHaveSingleItem();
        damage.Kind.ShouldBe(DamageKind.MissingSegment);
        damage.FirstSeq.ShouldBe(2);
        _bench.Lines.ShouldNotContain(line => line.Stream == LogStream.Completions && line.Seq <= damage.LastSeq);
        journal.NextSeq.ShouldBe(LinesWritten + 1);
    }

    [Fact]
    public void A_segment_cut_at_a_line_is_reported_as_changed()
    {
        Filled().Dispose();
        _bench.Disk.Tamper(LogBench.PathOf("metrics-0000000000000002.jsonl"), content => content[..(content.AsSpan(0, 30_000).LastIndexOf((byte)'\n') + 1)]);

        using var journal = _bench.Open();

        journal.Status.Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.ChangedSegment);
    }

    [Fact]
    public void A_full_disk_only_puts_sealing_off()
    {
        using var journal = _bench.Open();
        _bench.Disk.Fault = (_, operation) => operation == "create" ? new DiskException(DiskFault.Full, "", "", "no space") : null;
        for (var i = 0; i < 20; i++)
            journal.Commit([LogBench.Completion(new string('x', 5000))]).Failure.ShouldBeNull();
        journal.Status.Completions.Segments.ShouldBe(1);
        (journal.Status.LastWriteError, journal.Status.LastUpkeepError?.Fault).ShouldBe((null, DiskFault.Full));
        _bench.Disk.Fault = null;

        journal.Commit([LogBench.Completion("more")]);

        journal.Status.Completions.Segments.ShouldBe(2);
        (journal.Status.LastWriteError, journal.Status.LastUpkeepError).ShouldBe((null, null));
    }

    [Fact]
    public void A_seal_whose_manifest_cannot_be_written_still_survives_a_crash()
    {
        var journal = _bench.Open();
        var isSealed = false;
        _bench.Disk.Fault = (_, operation) =>
        {
            isSealed |= operation == "rename";
            return isSealed && operation is "create" or "empty" ? new DiskException(DiskFault.Full, "", "", "no space") : null;
        };
        for (var i = 0; i < 20; i++)
            journal.Commit([LogBench.Completion(new string('x', 5000))]).Failure.ShouldBeNull();
        journal.Status.LastUpkeepError.ShouldNotBeNull();
        journal.Status.Completions.Segments.ShouldBe(2);

        using var again = _bench.Reopen();

        _bench.Lines.Count.ShouldBe(20);
        again.Status.Damage.ShouldBeEmpty();
        JournalVerifier.Verify(_bench.Disk, _bench.Options).Ok.ShouldBeTrue();
    }

    private Journal Filled(List<PendingLine>? committed = null)
    {
        var journal = _bench.Open();
        for (var i = 0; i < LinesWritten; i += 4)
        {
            PendingLine[] lines =
            [
                LogBench.Event($"{i}{new string('x', 100)}"),
                LogBench.Completion($"{i}.1{new string('x', i % 200)}"), LogBench.Completion($"{i}.2"), LogBench.Completion($"{i}.3"),
            ];
            journal.Commit(lines).Failure.ShouldBeNull();
            committed?.AddRange(lines);
        }

        return journal;
    }
}
