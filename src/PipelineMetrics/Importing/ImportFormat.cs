namespace PipelineMetrics.Importing;

/// <summary>How the lines of another log are written.</summary>
public enum ImportFormat
{
    /// <summary>Each line is looked at.</summary>
    Detect,

    /// <summary>The events of ADR-009, in camelCase.</summary>
    Adr009,

    /// <summary>The task metrics of spec 026: one finished attempt a line.</summary>
    Spec026,

    /// <summary>Lines of a log or an export of this service.</summary>
    Native,
}

/// <summary>The words for the formats.</summary>
public static class ImportFormats
{
    private static readonly string[] Words = ["detect", "adr-009", "spec-026", "native"];

    /// <summary>All words, for a message.</summary>
    public static string Listed { get; } = string.Join(", ", Words);

    /// <summary>The format a word stands for.</summary>
    public static bool TryParse(string word, out ImportFormat format)
    {
        var index = Array.IndexOf(Words, word);
        format = (ImportFormat)Math.Max(index, 0);
        return index >= 0;
    }
}
