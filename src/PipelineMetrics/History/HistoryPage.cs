namespace PipelineMetrics.History;

/// <summary>One line of the history.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Json">The line as it stands in the log.</param>
public readonly record struct HistoryLine(HistoryPosition Position, byte[] Json);

/// <summary>A part of the history.</summary>
/// <param name="Lines">The lines that were wanted, in the order that was asked for. May be none although there is a next page.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record HistoryPage(IReadOnlyList<HistoryLine> Lines, HistoryPosition? Next);

/// <summary>How much one page may take, whatever is asked for.</summary>
internal static class PageBounds
{
    /// <summary>Bytes of lines, after which a page ends; one line is always in it.</summary>
    public const int Bytes = 4 << 20;

    /// <summary>Lines that are looked at for one page, wanted or not.</summary>
    public const int Examined = 100_000;
}
