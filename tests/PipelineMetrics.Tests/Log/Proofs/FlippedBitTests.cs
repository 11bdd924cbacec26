using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>Every single bit of a record flipped, its line end included, wherever the record stands.</summary>
public sealed class FlippedBitTests(ITestOutputHelper output)
{
    private static readonly WrittenLog Written = new(commits: 70, eventBytes: 100, completionBytes: 1000);

    [Theory]
    [InlineData("metrics-0000000000000002.jsonl")]
    [InlineData("events.jsonl")]
    [InlineData("metrics.jsonl")]
    public void Is_reported_with_place_and_number_and_every_other_line_is_served(string file)
    {
        var lines = Written.LinesOf(file);
        var content = Written.ContentOf(file);
        var at = Array.FindIndex(lines, 1, line => line.Length < 600);
        var offset = lines.Take(at).Sum(line => line.Length);
        var seqs = WrittenLog.SeqsOf(lines);

        for (var bit = 0; bit < lines[at].Length * 8; bit++)
        {
            // Without its line end a line is one with the next.
            var isLineEnd = bit / 8 == lines[at].Length - 1;
            var bytes = lines[at].Length + (isLineEnd ? lines[at + 1].Length : 0);
            var last = isLineEnd ? seqs[at + 1] : seqs[at];

            var bench = Flip(file, content, offset, bit);
            using var journal = bench.Open();

            var damage = journal.Status.Damage.Where(d => !ExplainsNothing(d, seqs[at], last)).ShouldHaveSingleItem();
            (damage.Kind, damage.File, damage.Offset, damage.Bytes).ShouldBe((DamageKind.BadLine, file, offset, bytes), $"bit {bit}");
            (damage.FirstSeq, damage.LastSeq).ShouldBe((seqs[at], last), $"bit {bit}");
            bench.Lines.Count.ShouldBe((int)Written.LastSeq - (isLineEnd ? 2 : 1), $"bit {bit}");
            var damaged = bench.Disk.Read(LogBench.PathOf(file)).AsSpan(offset, bytes);
            damaged.SequenceEqual(bench.Disk.Read(LogBench.PathOf(damage.KeptAs!))).ShouldBeTrue($"bit {bit}");
        }

        output.WriteLine($"{lines[at].Length * 8} bits");
    }

    [Fact]
    public void In_the_very_last_record_is_a_torn_tail()
    {
        const string File = "metrics.jsonl";
        var content = Written.ContentOf(File);
        var record = Written.LinesOf(File)[^1];
        var offset = content.Length - record.Length;

        for (var bit = 0; bit < record.Length * 8; bit++)
        {
            var bench = Flip(File, content, offset, bit);
            using var journal = bench.Open();

            var damage = journal.Status.Damage.ShouldHaveSingleItem();
            (damage.Kind, damage.Offset, damage.Bytes).ShouldBe((DamageKind.TornTail, offset, record.Length), $"bit {bit}");
            bench.Lines.Count.ShouldBe((int)Written.LastSeq - 1, $"bit {bit}");
        }

        output.WriteLine($"{record.Length * 8} bits");
    }

    /// <summary>A line less or a number more makes a sealed file differ from its listing; that is said as well.</summary>
    private static bool ExplainsNothing(LogDamage damage, long first, long last) =>
        damage.Kind == DamageKind.ChangedSegment && damage.FirstSeq <= first && damage.LastSeq >= last;

    private static LogBench Flip(string file, byte[] content, int offset, int bit)
    {
        var copy = content.ToArray();
        copy[offset + bit / 8] ^= (byte)(1 << (bit % 8));
        var bench = Written.Copy();
        bench.Disk.Put(LogBench.PathOf(file), copy);
        return bench;
    }
}
