using System.Text;
using PipelineMetrics.Log;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>The last record is cut at every byte and what a disk may leave behind follows it.</summary>
public sealed class TornRecordTests(ITestOutputHelper output)
{
    private const int EarlierLines = 3;

    /// <summary>Bytes of the record, and every how many of them it is cut under plain <c>dotnet test</c>.</summary>
    public static TheoryData<int, int, string> Table
    {
        get
        {
            var table = new TheoryData<int, int, string>();
            foreach (var (bytes, stride) in new[] { (200, 1), (4097, 1), (64 << 10, 509) })
            {
                foreach (var filling in new[] { "nothing", "zeros", "0xFF", "garbage", "garbage and a line end", "4 KiB of zeros" })
                    table.Add(bytes, stride, filling);
            }

            return table;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Earlier_records_stay_and_the_rest_is_reported_kept_and_cut(int recordBytes, int stride, string filling)
    {
        var whole = FileEndingIn(recordBytes, out var bodies);
        var step = ProofSize.Cases(stride, 1);
        var cuts = 0;
        for (var kept = 0; kept < recordBytes; kept = kept == recordBytes - 1 ? recordBytes : Math.Min(kept + step, recordBytes - 1))
        {
            Judge(whole[..^recordBytes], [.. whole[^recordBytes..^(recordBytes - kept)], .. Filling(filling, recordBytes - kept)], bodies);
            cuts++;
        }

        output.WriteLine($"{cuts} cuts");
    }

    [Fact]
    public void A_whole_record_followed_by_zeros_stays()
    {
        var whole = FileEndingIn(200, out var bodies);

        Judge(whole, new byte[4096], [.. bodies, LastBody(whole)]);
    }

    private static void Judge(byte[] good, byte[] tail, List<string> bodies)
    {
        var bench = new LogBench();
        bench.Disk.Put(LogBench.PathOf("metrics.jsonl"), [.. good, .. tail]);
        using (var journal = bench.Open())
        {
            bench.Bodies.ShouldBe(bodies);
            bench.Disk.Read(LogBench.PathOf("metrics.jsonl")).ShouldBe(good);
            if (tail.Length > 0)
            {
                var damage = journal.Status.Damage.ShouldHaveSingleItem();
                (damage.Kind, damage.File, damage.Offset, damage.Bytes).ShouldBe((DamageKind.TornTail, "metrics.jsonl", good.Length, tail.Length));
                bench.Disk.Read(LogBench.PathOf(damage.KeptAs!)).AsSpan().SequenceEqual(tail).ShouldBeTrue();
            }

            journal.Commit([LogBench.Completion("next")]).Failure.ShouldBeNull();
        }

        using var again = bench.Reopen();
        bench.Disk.Names.Count(name => name.Contains("/torn/", StringComparison.Ordinal)).ShouldBe(tail.Length > 0 ? 1 : 0);
        bench.Bodies.ShouldBe([.. bodies, "{\"c\":\"next\"}"]);
        again.Status.Damage.ShouldBeEmpty();
    }

    /// <summary>Short lines, then one of exactly so many bytes.</summary>
    private static byte[] FileEndingIn(int recordBytes, out List<string> bodies)
    {
        var bench = new LogBench();
        using var journal = bench.Open();
        for (var i = 1; i <= EarlierLines; i++)
            journal.Commit([LogBench.Completion($"{i}")]);
        var sealBytes = $",\"seq\":{EarlierLines + 1},\"crc\":\"00000000\"\n".Length + "{\"c\":\"\"}".Length;
        journal.Commit([LogBench.Completion(new string('r', recordBytes - sealBytes))]);
        bodies = [.. Enumerable.Range(1, EarlierLines).Select(i => $"{{\"c\":\"{i}\"}}")];
        var file = bench.Disk.Read(LogBench.PathOf("metrics.jsonl"));
        (file.Length - 1 - file.AsSpan(0, file.Length - 1).LastIndexOf((byte)'\n')).ShouldBe(recordBytes);
        return file;
    }

    private static string LastBody(byte[] file)
    {
        var line = Encoding.UTF8.GetString(file).Split('\n')[EarlierLines];
        return line[..line.IndexOf(",\"seq\"", StringComparison.Ordinal)] + "}";
    }

    private static byte[] Filling(string filling, int missing) => filling switch
    {
        "nothing" => [],
        "zeros" => new byte[missing],
        "0xFF" => [.. Enumerable.Repeat((byte)0xFF, missing)],
        "garbage" => [.. Enumerable.Range(0, missing).Select(i => (byte)(i * 37 + 11))],
        "garbage and a line end" => [.. Enumerable.Range(1, Math.Max(1, missing - 1)).Select(i => (byte)(i * 37 + 11)), (byte)'\n'],
        _ => new byte[4096],
    };
}
