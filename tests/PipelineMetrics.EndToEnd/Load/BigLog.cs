using System.Globalization;
using System.Numerics;
using System.Text;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Writes a log as a service would have left it after a long time.</summary>
internal static class BigLog
{
    private const int BufferBytes = 1 << 20;

    /// <param name="directory">Of the log; made when it is not there.</param>
    /// <param name="lines">How many completions.</param>
    /// <param name="padding">Bytes of metadata in each.</param>
    public static void Write(string directory, int lines, int padding)
    {
        Directory.CreateDirectory(directory);
        using var file = new FileStream(Path.Combine(directory, "metrics.jsonl"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);
        var created = DateTimeOffset.UtcNow.AddDays(-1);
        var pad = new string('x', padding);
        for (var seq = 1; seq <= lines; seq++)
        {
            var time = created.AddMilliseconds(seq).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            file.Write(Seal($$$"""
                {"task_id":"task-{{{seq}}}","task_type":"impl","model":"model-{{{seq % 7}}}","duration_seconds":{{{seq % 600}}}.25,
                "status":"completed","created_at":"{{{time}}}","id":"big-{{{seq}}}","metadata":{"pad":"{{{pad}}}"},"seq":{{{seq}}}
                """.ReplaceLineEndings("")));
        }
    }

    private static byte[] Seal(string covered)
    {
        var crc = uint.MaxValue;
        foreach (var value in Encoding.ASCII.GetBytes(covered)) crc = BitOperations.Crc32C(crc, value);
        return Encoding.ASCII.GetBytes($"{covered},\"crc\":\"{~crc:x8}\"}}\n");
    }
}
