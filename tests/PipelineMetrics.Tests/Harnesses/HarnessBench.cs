using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Tests.Harnesses;

/// <summary>What the tests of this room read, and how.</summary>
internal static class HarnessBench
{
    private static readonly string Here = Path.GetDirectoryName(Path_())!;

    public static string SamplePath(params string[] parts) => Path.Combine([Here, "Samples", .. parts]);

    public static byte[] Sample(string name) => File.ReadAllBytes(SamplePath("Output", name));

    public static string[] Command(string line) => line.Split(' ');

    /// <summary>The report on an output that comes in parts of the given lengths, over and over.</summary>
    public static HarnessReport Report(string command, byte[] printed, int? exitCode = 0, params int[] parts)
    {
        var output = HarnessOutput.Of(Command(command), Here);
        for (var (at, part) = (0, 0); at < printed.Length; part++)
        {
            var length = parts.Length == 0 ? printed.Length : Math.Min(parts[part % parts.Length], printed.Length - at);
            output.Append(printed.AsSpan(at, length));
            at += length;
        }
        return output.Finish(exitCode);
    }

    /// <summary>The fields of a report as the completion has them, from the harness on; refuses a report that is no completion.</summary>
    public static string Fields(HarnessReport report)
    {
        var draft = report.ToDraft();
        (draft.TaskId, draft.DurationMs, draft.CreatedAt) = ("t", 1000, DateTimeOffset.UnixEpoch);
        draft.Outcome ??= Outcome.Partial;
        Completion.TryCreate(draft, ReadingRules.Stored, out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        var line = new ArrayBufferWriter<byte>();
        completion.WriteTo(line);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    private static string Path_([CallerFilePath] string here = "") => here;
}
