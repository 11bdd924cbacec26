using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class TornTailTests
{
    public static TheoryData<string> Fills => new("nothing", "zeros", "garbage", "0xFF", "4 KiB of zeros");

    [Theory]
    [MemberData(nameof(Fills))]
    public void A_file_cut_at_any_byte_opens_as_its_whole_lines(string fill)
    {
        var whole = FileOfFiveLines(out var bodies);

        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var bench = new LogBench();
            bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), [.. whole.AsSpan(0, cut), .. Filling(fill, whole.Length - cut)]);
            var kept = whole.AsSpan(0, cut).Count((byte)'\n');

            using (bench.Open())
                bench.Bodies.ShouldBe(bodies.Take(kept), $"cut at {cut}");

            using var again = bench.Open();
            again.Status.Damage.ShouldBeEmpty();
            again.NextSeq.ShouldBe(kept + 1);
            bench.Disk.Read(LogBench.PathOf("metrics.jsonl")).Length.ShouldBe(EndOfLine(whole, kept));
        }
    }

    [Fact]
    public void A_torn_tail_is_set_aside_and_reported_before_it_is_cut()
    {
        var bench = new LogBench();
        var whole = FileOfFiveLines(out _);
        bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), whole[..^7]);

        using var journal = bench.Open();

        var damage = journal.Status.Damage.ShouldHaveSingleItem();
        damage.Kind.ShouldBe(DamageKind.TornTail);
        damage.Offset.ShouldBe(EndOfLine(whole, 4));
        bench.Disk.Read(LogBench.PathOf(damage.KeptAs!)).ShouldBe(whole[(int)damage.Offset..^7]);
    }

    [Fact]
    public void A_torn_tail_that_cannot_be_kept_is_not_cut_and_holds_up_commits_until_there_is_space()
    {
        var bench = new LogBench();
        var whole = FileOfFiveLines(out _);
        bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), whole[..^7]);
        bench.Disk.Fault = (_, operation) => operation is "create" or "write" ? Full : null;
        bench.Disk.Put(LogBench.PathOf("events.jsonl"), []);

        using var journal = bench.Open();

        bench.Lines.Count.ShouldBe(4);
        journal.Commit([LogBench.Completion("no")]).Failure!.Fault.ShouldBe(DiskFault.Full);
        bench.Disk.Read(LogBench.PathOf("metrics.jsonl")).ShouldBe(whole[..^7]);
        bench.Disk.Fault = null;
        journal.Commit([LogBench.Completion("yes")]).Failure.ShouldBeNull();
        journal.Status.Damage.ShouldHaveSingleItem().KeptAs.ShouldNotBeNull();
    }

    private static DiskException Full => new(DiskFault.Full, "", "", "no space");

    private static byte[] FileOfFiveLines(out List<string> bodies)
    {
        var bench = new LogBench();
        using var journal = bench.Open();
        var lines = Enumerable.Range(1, 5).Select(i => LogBench.Completion(new string('é', i * 3))).ToArray();
        journal.Commit(lines);
        bodies = [.. lines.Select(line => Encoding.UTF8.GetString(line.Body.Span))];
        return bench.Disk.Read(LogBench.PathOf("metrics.jsonl"));
    }

    private static byte[] Filling(string fill, int missing) => fill switch
    {
        "nothing" => [],
        "zeros" => new byte[missing],
        "garbage" => [.. Enumerable.Range(0, missing).Select(i => (byte)(i * 37 + 11))],
        "0xFF" => [.. Enumerable.Repeat((byte)0xFF, missing)],
        _ => new byte[4096],
    };

    private static int EndOfLine(byte[] content, int lines)
    {
        var end = 0;
        for (var i = 0; i < lines; i++)
            end += content.AsSpan(end).IndexOf((byte)'\n') + 1;
        return end;
    }
}
