using System.Globalization;

namespace PipelineMetrics.Log;

/// <summary>The file names of the journal; their meaning is fixed.</summary>
internal static class LogNames
{
    public const string Manifest = "journal.json";
    public const string Lock = "journal.lock";
    public const string Aggregates = "aggregates.json";
    public const string Webhooks = "webhooks.jsonl";
    public const string SyncFailed = "sync-failed";
    public const string Torn = "torn";
    public const string Archive = "archive";
    public const string Probe = "probe.tmp";
    public const string UnreadSuffix = ".unread";
    public const string TemporarySuffix = ".tmp";
    public static readonly LogStream[] Streams = [LogStream.Events, LogStream.Completions];
    private const string Extension = ".jsonl";
    private const int SeqDigits = 16;

    public static string Word(LogStream stream) => stream == LogStream.Events ? "events" : "metrics";

    public static string Active(LogStream stream) => Word(stream) + Extension;

    public static string Sealed(LogStream stream, long firstSeq) => $"{Word(stream)}-{firstSeq:D16}{Extension}";

    /// <summary>The archive of a sealed file, relative to the log directory.</summary>
    public static string ArchiveOf(string sealedName) => $"{Archive}/{sealedName}.gz";

    /// <summary>The lines of an archived file that tasks still need, relative to the log directory.</summary>
    public static string TaskLinesOf(string sealedName) => $"{Archive}/{sealedName}.tasks.gz";

    public static bool TryParseSealed(LogStream stream, string name, out long firstSeq)
    {
        firstSeq = 0;
        var prefix = Word(stream) + "-";
        return name.Length == prefix.Length + SeqDigits + Extension.Length
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(prefix.Length, SeqDigits), NumberStyles.None, CultureInfo.InvariantCulture, out firstSeq);
    }
}
