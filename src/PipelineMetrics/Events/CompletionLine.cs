using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>
/// A completion in the form in which the log writes it, read in place: where its values stand is known, none is copied. Ten times
/// cheaper than a <see cref="Completion"/>, which decides how fast a log is replayed and a batch is taken.
/// </summary>
internal ref struct CompletionLine
{
    private Ranges _ranges;

    /// <summary>The whole JSON object.</summary>
    public ReadOnlySpan<byte> Json { get; private set; }

    /// <summary>One bit per field of the table that is there.</summary>
    public ulong Present { get; private set; }

    /// <summary>One bit per field whose value is a text with escapes, a list or an object.</summary>
    public ulong NotPlain { get; private set; }

    public void Begin(ReadOnlySpan<byte> json)
    {
        Json = json;
        Present = 0;
        NotPlain = 0;
    }

    public void Set(int field, int from, int to)
    {
        Present |= 1UL << field;
        _ranges[field] = (from, to);
    }

    public void MarkNotPlain(int field) => NotPlain |= 1UL << field;

    public readonly bool Has(int field) => (Present >> field & 1) != 0;

    public readonly bool IsNotPlain(int field) => (NotPlain >> field & 1) != 0;

    /// <summary>The value as it stands there, a text without its quotes; empty when the field is absent.</summary>
    public readonly ReadOnlySpan<byte> Raw(int field) => Has(field) ? Json[_ranges[field].From.._ranges[field].To] : default;

    /// <summary>The value as JSON, a text with its quotes; only for a field that is there.</summary>
    public readonly ReadOnlySpan<byte> Token(int field) => Json[(_ranges[field].From - (Json[_ranges[field].From - 1] == '"' ? 1 : 0))..To(field)];

    /// <summary>Everything from the first to the last of these neighbouring fields that is there, names and quotes included.</summary>
    public readonly ReadOnlySpan<byte> Stretch(int first, int last)
    {
        var there = Present & (ulong.MaxValue << first) & (ulong.MaxValue >> (63 - last));
        if (there == 0) return default;
        var from = _ranges[(int)ulong.TrailingZeroCount(there)].From;
        return Json[(from - NameBefore(Json, from))..To(63 - (int)ulong.LeadingZeroCount(there))];
    }

    /// <summary>The end of a value that is there, quote included.</summary>
    public readonly int To(int field) => _ranges[field].To + (Json[_ranges[field].To] == '"' ? 1 : 0);

    /// <summary>The text of a field; null when it is absent.</summary>
    public readonly string? Text(int field)
    {
        if (!Has(field)) return null;
        if (!IsNotPlain(field)) return Encoding.UTF8.GetString(Raw(field));
        var reader = new Utf8JsonReader(Json[(_ranges[field].From - 1)..To(field)]);
        reader.Read();
        return reader.GetString();
    }

    private static int NameBefore(ReadOnlySpan<byte> json, int valueFrom)
    {
        // A value follows its name: "name":value or "name":"text.
        var colon = json[valueFrom - 1] == ':' ? valueFrom - 1 : valueFrom - 2;
        return valueFrom - json[..(colon - 1)].LastIndexOf((byte)'"');
    }

    [InlineArray(64)]
    private struct Ranges
    {
        private (int From, int To) _first;
    }
}
