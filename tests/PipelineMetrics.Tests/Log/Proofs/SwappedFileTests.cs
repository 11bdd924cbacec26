using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>Files copied over each other, doubled, emptied, or replaced by directories: a start refuses or reports.</summary>
public sealed class SwappedFileTests
{
    private const string Active = "metrics.jsonl";
    private static readonly WrittenLog Written = new(commits: 200, eventBytes: 500, completionBytes: 1000);
    private static readonly string[] Sealed = [.. Written.SealedFiles.Where(name => name.StartsWith("metrics", StringComparison.Ordinal))];

    public static TheoryData<string, string> Copies
    {
        get
        {
            var copies = new TheoryData<string, string>();
            string[] files = [Sealed[0], Sealed[1], Active, "events.jsonl", Written.SealedFiles[0]];
            foreach (var (from, to) in files.SelectMany(_ => files, (from, to) => (from, to)).Where(pair => pair.from != pair.to))
                copies.Add(from, to);
            return copies;
        }
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public void A_file_copied_over_another_is_reported_with_what_it_replaced(string from, string to)
    {
        var bench = Written.Copy();
        bench.Disk.Put(LogBench.PathOf(to), Written.ContentOf(from));

        Judge(bench).Damage.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("metrics-0000000000000003.jsonl")]
    [InlineData("metrics-0000000000009999.jsonl")]
    [InlineData("events-0000000000000002.jsonl")]
    public void A_copy_under_a_second_sealed_name_is_reported_and_every_line_served_once(string name)
    {
        var bench = Written.Copy();
        bench.Disk.Put(LogBench.PathOf(name), Written.ContentOf(Sealed[0]));

        Judge(bench).Damage.ShouldAllBe(damage => damage.Kind == DamageKind.RepeatedLine);
        bench.Lines.Count.ShouldBe((int)Written.LastSeq + 1);
    }

    [Theory]
    [InlineData("metrics-0000000000000002 (copy).jsonl")]
    [InlineData("metrics-2.jsonl")]
    [InlineData("metrics-0000000000000002.jsonl.bak")]
    [InlineData("metrics.jsonl.1")]
    [InlineData("metrics.jsonl.next")]
    [InlineData("metrics.jsonl.tmp")]
    [InlineData("other.jsonl")]
    public void A_copy_under_any_other_name_means_nothing(string name)
    {
        var bench = Written.Copy();
        bench.Disk.Put(LogBench.PathOf(name), Written.ContentOf(Sealed[0]));

        Judge(bench).Damage.ShouldBeEmpty();
        bench.Lines.Count.ShouldBe((int)Written.LastSeq + 1);
    }

    [Fact]
    public void Every_file_emptied_in_turn_is_reported_with_its_numbers()
    {
        foreach (var file in Written.Files.Where(file => file != Active))
        {
            var bench = Written.Copy();
            bench.Disk.Put(LogBench.PathOf(file), []);

            Judge(bench).Damage.ShouldNotBeEmpty(file);
        }
    }

    [Fact]
    public void An_emptied_active_file_is_reported_as_far_as_later_numbers_are_left()
    {
        var bench = Written.Copy();
        bench.Disk.Put(LogBench.PathOf(Active), []);

        var damage = Judge(bench).Damage;

        damage.ShouldAllBe(found => found.Kind == DamageKind.MissingLines);
        damage.Max(found => found.LastSeq).ShouldBe(WrittenLog.SeqsOf(Written.LinesOf("events.jsonl"))[^1] - 1);
    }

    [Fact]
    public void Numbers_the_listing_knows_are_not_given_again_though_every_file_is_gone()
    {
        var bench = Written.Copy();
        foreach (var file in Written.Files)
            bench.Disk.Remove(LogBench.PathOf(file));

        using var journal = bench.Open();

        journal.NextSeq.ShouldBe(Written.SealedFiles.Max(file => WrittenLog.SeqsOf(Written.LinesOf(file))[^1]) + 1);
        Written.FindSilence(bench, journal.Status).ShouldBe("");
    }

    [Fact]
    public void An_empty_file_with_a_sealed_name_means_nothing()
    {
        var bench = Written.Copy();
        bench.Disk.Put(LogBench.PathOf("metrics-0000000000009999.jsonl"), []);

        Judge(bench).Damage.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("metrics.jsonl", true)]
    [InlineData("events.jsonl", true)]
    [InlineData("journal.json", true)]
    [InlineData("journal.lock", true)]
    [InlineData("metrics-0000000000000001.jsonl", false)]
    [InlineData("metrics.jsonl.next", false)]
    public void A_directory_where_a_file_should_be_refuses_the_start_or_is_stepped_over(string name, bool isRefused)
    {
        var directory = Path.Combine(Path.GetTempPath(), "swapped-" + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, name));

            if (isRefused)
                Should.Throw<DiskException>(() => OpenReal(directory)).Message.ShouldContain(name);
            else
                OpenReal(directory).ShouldBe(2);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_directory_in_place_of_a_listed_segment_is_a_missing_segment()
    {
        var directory = Path.Combine(Path.GetTempPath(), "swapped-" + Guid.NewGuid().ToString("N"));
        try
        {
            OpenReal(directory, lines: 20);
            var file = Directory.GetFiles(directory, "metrics-*.jsonl").ShouldHaveSingleItem();
            File.Delete(file);
            Directory.CreateDirectory(file);

            using var journal = Real(directory);
            journal.Replay((in StoredLine _) => { });

            journal.Status.Damage.ShouldHaveSingleItem().Kind.ShouldBe(DamageKind.MissingSegment);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Starts twice, with a commit in between; nothing may be lost without a word.</summary>
    private static JournalStatus Judge(LogBench bench)
    {
        JournalStatus status;
        using (var journal = bench.Open())
        {
            status = journal.Status;
            Written.FindSilence(bench, status).ShouldBe("");
            journal.Commit([LogBench.Completion("afterwards")]).Failure.ShouldBeNull();
        }

        using var again = bench.Reopen();
        bench.Bodies.ShouldContain("{\"c\":\"afterwards\"}");
        return status;
    }

    private static Journal Real(string directory) => Journal.Open(
        new RealDisk(), new LogOptions { Directory = directory, SegmentBytes = LogOptions.MinSegmentBytes }, new ManualClock(), NullLogger.Instance);

    private static int OpenReal(string directory, int lines = 2)
    {
        using var journal = Real(directory);
        journal.Replay((in StoredLine _) => { });
        return Enumerable.Range(0, lines).Sum(_ => journal.Commit([LogBench.Completion(new string('x', 5000))]).Committed);
    }
}
