using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>A whole log with sealed segments of both streams, written once; each case changes a copy of it.</summary>
internal sealed class WrittenLog
{
    private readonly SimDisk _disk = new();
    private readonly Dictionary<long, string> _bodies = [];

    /// <summary>Commits of one event and two completions each, on files sealed at the smallest size.</summary>
    public WrittenLog(int commits, int eventBytes, int completionBytes)
    {
        var bench = CrashWorkload.NewBench(_disk);
        using var journal = bench.Open();
        for (var i = 1; i <= commits; i++)
        {
            PendingLine[] lines =
            [
                LogBench.Event($"e{i}{new string('J', eventBytes)}"),
                LogBench.Completion($"c{i}{new string('*', completionBytes)}"), LogBench.Completion($"d{i}"),
            ];
            journal.Commit(lines).Failure.ShouldBeNull();
            foreach (var line in lines)
                _bodies[line.Seq] = Encoding.UTF8.GetString(line.Body.Span);
        }
    }

    public long LastSeq => _bodies.Count;

    /// <summary>The .jsonl files, sealed ones first.</summary>
    public string[] Files => [.. _disk.Names.Select(name => Path.GetFileName(name)!).Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal))];

    public string[] SealedFiles => [.. Files.Where(name => name.Contains('-', StringComparison.Ordinal))];

    public byte[] ContentOf(string file) => _disk.Read(LogBench.PathOf(file));

    /// <summary>The lines of a file, each with its line feed.</summary>
    public byte[][] LinesOf(string file) => Split(ContentOf(file));

    public LogBench Copy() => CrashWorkload.NewBench(_disk.Copy());

    /// <summary>The numbers of the lines in a file, in its order.</summary>
    public static long[] SeqsOf(IEnumerable<byte[]> lines) =>
        [.. lines.Select(line => LineFormat.Judge(LineFormat.Content(line.AsSpan()[..^1])).Seq)];

    /// <summary>Says what a start did not tell: acknowledged lines that are neither served as they were nor reported.</summary>
    public string FindSilence(LogBench bench, JournalStatus status)
    {
        var served = new Dictionary<long, string>();
        foreach (var line in bench.Lines.Where(line => line.IsVerified))
            served.TryAdd(line.Seq, line.Body);
        var strange = served.Where(line => _bodies.GetValueOrDefault(line.Key) != line.Value).Select(line => line.Key).ToList();
        if (strange.Count > 0)
            return $"lines nobody wrote, numbers {string.Join(',', strange)}";
        var lost = _bodies.Keys.Where(seq => !served.ContainsKey(seq)).ToList();
        var silent = lost.Where(seq => seq <= status.LastSeq && !status.Damage.Any(found => found.FirstSeq <= seq && seq <= found.LastSeq)).ToList();
        return silent.Count > 0 ? $"lost without a word: numbers {string.Join(',', silent)}; reported {string.Join('\n', status.Damage.TakeLast(10))}" : "";
    }

    private static byte[][] Split(byte[] content)
    {
        var lines = new List<byte[]>();
        for (var start = 0; start < content.Length;)
        {
            var end = Array.IndexOf(content, (byte)'\n', start) + 1;
            lines.Add(content[start..end]);
            start = end;
        }

        return [.. lines];
    }
}
