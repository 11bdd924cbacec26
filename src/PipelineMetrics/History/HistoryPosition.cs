using System.Globalization;

namespace PipelineMetrics.History;

/// <summary>
/// A place in the history that stays the same for ever: the line with a number, or one of those behind it that have none, because
/// another program appended them.
/// </summary>
/// <param name="Seq">The number; 0 before the first.</param>
/// <param name="Unnumbered">Which of the lines without a number behind it; 0 for the numbered line itself.</param>
public readonly record struct HistoryPosition(long Seq, long Unnumbered = 0) : IComparable<HistoryPosition>
{
    /// <summary>Behind everything there is and will be.</summary>
    public static HistoryPosition End { get; } = new(long.MaxValue);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out HistoryPosition position)
    {
        position = default;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (!TryNumber(point < 0 ? text : text[..point], out var seq)) return false;
        if (point >= 0 && !TryNumber(text[(point + 1)..], out _)) return false;
        position = new HistoryPosition(seq, point < 0 ? 0 : long.Parse(text.AsSpan(point + 1), NumberStyles.None, CultureInfo.InvariantCulture));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(HistoryPosition other) => Seq == other.Seq ? Unnumbered.CompareTo(other.Unnumbered) : Seq.CompareTo(other.Seq);

    /// <summary>Whether it comes before the other.</summary>
    public static bool operator <(HistoryPosition left, HistoryPosition right) => left.CompareTo(right) < 0;

    /// <summary>Whether it comes after the other.</summary>
    public static bool operator >(HistoryPosition left, HistoryPosition right) => left.CompareTo(right) > 0;

    /// <summary>Whether it does not come after the other.</summary>
    public static bool operator <=(HistoryPosition left, HistoryPosition right) => left.CompareTo(right) <= 0;

    /// <summary>Whether it does not come before the other.</summary>
    public static bool operator >=(HistoryPosition left, HistoryPosition right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Unnumbered == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Seq}")
        : string.Create(CultureInfo.InvariantCulture, $"{Seq}.{Unnumbered}");

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
