using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Harnesses;
using static PipelineMetrics.Tests.Harnesses.HarnessBench;

namespace PipelineMetrics.Tests.Harnesses;

/// <summary>Whatever a command prints, and however it arrives, reading it ends well and takes little memory.</summary>
public sealed class OutputStreamTests
{
    private static readonly string[] Commands = ["claude", "codex -m x", "opencode", "gemini", "make"];

    [Fact]
    public void How_the_output_is_cut_into_parts_changes_nothing() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int Seed, PositiveInt[] Parts)>(), given =>
        {
            var random = new Random(given.Seed);
            var printed = Spoilt(random);
            int[] parts = given.Parts.Length == 0 ? [1] : [.. given.Parts.Select(p => p.Get)];
            foreach (var command in Commands)
            {
                Fields(Report(command, printed, 0, parts)).ShouldBe(Fields(Report(command, printed)));
                Fields(Report(command, printed, 0, 1)).ShouldBe(Fields(Report(command, printed)));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_printed_is_told_as_a_completion_can_hold_it()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var printed = Spoilt(new Random(seed));
            foreach (var command in Commands) Fields(Report(command, printed, seed % 3 == 0 ? null : seed % 60)).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void A_line_is_read_up_to_a_mebibyte_and_no_further()
    {
        foreach (var (length, isRead) in ((int, bool)[])[(1 << 20, true), ((1 << 20) + 1, false)])
        {
            const string Start = """{"type":"thread.started","thread_id":"t","x":" """;
            var line = Encoding.UTF8.GetBytes(Start + new string('x', length - Start.Length - 2) + "\"}\n");
            foreach (var part in (int[])[line.Length, 1000])
            {
                Report("codex", line, 0, part).SessionId.ShouldBe(isRead ? "t" : null);
                Report("codex", [.. line, .. Sample("codex-failed.txt")], 0, part).SessionId.ShouldBe("t-2");
            }
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{\n")]
    [InlineData("{\n  \"a\": 1,\n")]
    [InlineData("{")]
    public void A_hundred_megabytes_take_the_memory_of_a_few(string start)
    {
        var output = HarnessOutput.Of(["gemini"], "/");
        var part = new byte[64 << 10];
        Array.Fill(part, (byte)'x');
        // Every second time in lines that a document may be made of.
        for (var i = 80; i < part.Length && start.Contains('\n', StringComparison.Ordinal); i += 80) part[i] = (byte)'\n';
        output.Append(Encoding.UTF8.GetBytes(start));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var sent = 0L; sent < 100L << 20; sent += part.Length) output.Append(part);
        output.HeldBytes.ShouldBeLessThanOrEqualTo(HarnessOutput.MostHeldBytes);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4L * HarnessOutput.MostHeldBytes);
        output.Append(Encoding.UTF8.GetBytes("\n"));
        output.Append(Sample("gemini-stream.txt"));
        output.Finish(0).SessionId.ShouldBe("g-2");
    }

    // Samples with bytes changed, lost, doubled and mixed, and bytes that were never anything.
    private static byte[] Spoilt(Random random)
    {
        var files = Directory.GetFiles(SamplePath("Output")).Order(StringComparer.Ordinal).ToArray();
        var bytes = new List<byte>(File.ReadAllBytes(files[random.Next(files.Length)]));
        if (random.Next(3) == 0) bytes.InsertRange(random.Next(bytes.Count), File.ReadAllBytes(files[random.Next(files.Length)]));
        for (var i = random.Next(12); i > 0 && bytes.Count > 20; i--)
        {
            var at = random.Next(bytes.Count - 10);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, random.Next(10)); break;
                case 2: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Odd[random.Next(Odd.Length)])); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, 10)); break;
                case 4: bytes.RemoveRange(bytes.Count - 5, 5); break;
                default: Replace(bytes, "0123456789"[random.Next(10)], Odd[random.Next(Odd.Length)]); break;
            }
        }
        return [.. bytes];
    }

    private static readonly string[] Odd =
        ["\n", "{", "}", "\n}\n", "\"", "\\ud800", "\0", "null", "-1", "1e400", "9223372036854775807", "99999999999999999999", "[]", "{}", "\r\n{\n", "0.00000000000000000001", "\u2028", "true"];

    private static void Replace(List<byte> bytes, char digit, string odd)
    {
        var at = bytes.IndexOf((byte)digit);
        if (at < 0) return;
        bytes.RemoveAt(at);
        bytes.InsertRange(at, Encoding.UTF8.GetBytes(odd));
    }
}
