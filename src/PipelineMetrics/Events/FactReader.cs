using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PipelineMetrics.Events;

/// <summary>Reads one JSON object by a table of fields.</summary>
internal sealed class FactReader<TDraft>
{
    private const int MaxFields = 64;
    private const int MaxUnknown = 32;
    private const int LongestKnownName = 64;
    private readonly Field<TDraft>[] _fields;
    private readonly FrozenDictionary<string, Field<TDraft>> _byName;
    private readonly FrozenDictionary<string, Field<TDraft>>.AlternateLookup<ReadOnlySpan<char>> _byNameInPlace;
    private readonly FrozenDictionary<string, string> _byAnyCase;

    public FactReader(params Field<TDraft>[] fields)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fields.Length, MaxFields);
        for (var i = 0; i < fields.Length; i++) fields[i].Index = i;
        _fields = fields;
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        _byNameInPlace = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        _byAnyCase = fields.ToFrozenDictionary(f => f.Name, f => f.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<Field<TDraft>> Fields => _fields;

    public ulong AllBits => ulong.MaxValue >> (MaxFields - _fields.Length);

    public ulong Bit(string name) => 1UL << _byName[name].Index;

    /// <summary>The bits of the fields that hold a value.</summary>
    public ulong Present(TDraft draft)
    {
        var bits = 0UL;
        foreach (var field in _fields)
        {
            if (field.IsPresent(draft)) bits |= 1UL << field.Index;
        }
        return bits;
    }

    /// <summary>The JSON name of the first of these fields in which the drafts differ, or null.</summary>
    public string? FirstDifference(ulong compared, TDraft left, TDraft right)
    {
        foreach (var field in _fields)
        {
            if ((compared >> field.Index & 1) != 0 && !field.Same(left, right)) return field.Name;
        }
        return null;
    }

    /// <summary>Brings what was set in code into the form in which reading leaves it, and lists the rules that are broken.</summary>
    public void Settle(TDraft draft, List<FieldProblem> problems)
    {
        foreach (var field in _fields)
        {
            if (field.Settle(draft) is { } problem) problems.Add(problem);
        }
    }

    /// <summary>Fills the draft. Fields that break their own rule are listed in the reading; null is the same as absent.</summary>
    /// <returns>What makes the whole text unreadable, or null.</returns>
    public Rejection? Read(ReadOnlySpan<byte> json, int maxDepth, TDraft draft, FactReading reading)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json)) return Rejection.Unreadable("invalid_json", "", "is not valid UTF-8");
        var at = new FactCursor(json, maxDepth);
        try
        {
            if (!at.Reader.Read() || at.Reader.TokenType != JsonTokenType.StartObject)
                return Rejection.Unreadable("invalid_json", "", "must be a JSON object");
            while (at.Reader.Read() && at.Reader.TokenType == JsonTokenType.PropertyName)
            {
                if (ReadMember(ref at, draft, reading) is { } rejection) return rejection;
            }
            return at.Reader.Read() ? Rejection.Unreadable("invalid_json", "", "must be one JSON object and nothing after it") : null;
        }
        catch (JsonException e)
        {
            return Rejection.Unreadable("invalid_json", "", $"is not valid JSON: {Plain(e)}");
        }
    }

    private Rejection? ReadMember(ref FactCursor at, TDraft draft, FactReading reading)
    {
        if (Find(ref at.Reader, reading) is not { } field) return ReadUnknown(StrictJson.Text(ref at.Reader), ref at, reading);
        at.Reader.Read();
        if (!reading.TryAdd(field.Index)) return Rejection.Unreadable("duplicate_field", field.Name, "occurs twice");
        if (at.Reader.TokenType == JsonTokenType.Null) return null;
        var value = new Token(at.Reader.TokenType, (int)at.Reader.TokenStartIndex, (int)at.Reader.BytesConsumed);
        try
        {
            if (field.Read(ref at, draft) is { } rule) reading.Problems.Add(new FieldProblem(field.Name, rule, Shown(value, at.Json)));
            else if (field.IsPresent(draft)) reading.Sent |= 1UL << field.Index;
            return null;
        }
        catch (WrongJsonTypeException e)
        {
            return Rejection.Unreadable("wrong_type", field.Name, e.Message, Shown(value, at.Json));
        }
    }

    // Senders mostly keep the order of the table, so the field after the last one is tried before the name is looked up.
    private Field<TDraft>? Find(ref Utf8JsonReader reader, FactReading reading)
    {
        if (reader.ValueIsEscaped) return _byName.GetValueOrDefault(StrictJson.Text(ref reader));
        var next = reading.LastIndex + 1;
        if (next < _fields.Length && reader.ValueTextEquals(_fields[next].EncodedName.EncodedUtf8Bytes)) return _fields[next];
        if (reader.ValueSpan.Length > LongestKnownName) return null;
        Span<char> name = stackalloc char[LongestKnownName];
        return _byNameInPlace.TryGetValue(name[..reader.CopyString(name)], out var field) ? field : null;
    }

    private Rejection? ReadUnknown(string name, ref FactCursor at, FactReading reading)
    {
        var shown = FieldProblem.OneLine(name);
        if (_byAnyCase.TryGetValue(name, out var known)) return Rejection.Unreadable("unknown_field", shown, $"must be written '{known}'");
        if (reading.Unknown.Exists(u => u.Name == name)) return Rejection.Unreadable("duplicate_field", shown, "occurs twice");
        at.Reader.Read();
        // One level less than elsewhere: it moves into metadata, and what we accept can be sent back to us.
        var json = RawJson.Read(ref at, at.MaxDepth - 1);
        if (reading.Unknown.Count < MaxUnknown) reading.Unknown.Add((name, json));
        else return Rejection.Invalid("too_many_fields", new FieldProblem(shown, $"is one unknown field more than the {MaxUnknown} that are kept", null));
        return null;
    }

    /// <summary>The value as the sender wrote it, for the error message.</summary>
    private static string Shown(Token value, ReadOnlySpan<byte> json)
    {
        const int LongestShown = 400;
        if (value.Type is JsonTokenType.StartObject) return "an object";
        if (value.Type is JsonTokenType.StartArray) return "a list";
        return FieldProblem.Shorten(Encoding.UTF8.GetString(json[value.From..Math.Min(value.To, value.From + LongestShown)]));
    }

    private static string Plain(JsonException e)
    {
        var message = e.Message;
        var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return e.BytePositionInLine is { } at ? $"{(cut < 0 ? message : message[..cut])} (line {e.LineNumber + 1}, byte {at + 1})" : message;
    }

    // Where a value stands in the bytes; a copy of the reader would say it too, at twenty times the size.
    private readonly record struct Token(JsonTokenType Type, int From, int To);
}
