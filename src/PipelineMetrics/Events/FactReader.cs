using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PipelineMetrics.Events;

/// <summary>Reads one JSON object by a table of fields.</summary>
internal sealed class FactReader<TDraft>
{
    private const int MaxUnknown = 32;
    private readonly Field<TDraft>[] _fields;
    private readonly FrozenDictionary<string, Field<TDraft>> _byName;
    private readonly FrozenDictionary<string, string> _byAnyCase;

    public FactReader(params Field<TDraft>[] fields)
    {
        for (var i = 0; i < fields.Length; i++) fields[i].Index = i;
        _fields = fields;
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        _byAnyCase = fields.ToFrozenDictionary(f => f.Name, f => f.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<Field<TDraft>> Fields => _fields;

    public ulong Bit(string name) => 1UL << _byName[name].Index;

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
        if (Find(ref at, reading) is not { } field) return ReadUnknown(StrictJson.Text(ref at.Reader), ref at, reading);
        at.Reader.Read();
        if (!reading.TryAdd(field.Index)) return Rejection.Unreadable("duplicate_field", field.Name, "occurs twice");
        if (at.Reader.TokenType == JsonTokenType.Null) return null;
        reading.Sent |= 1UL << field.Index;
        var value = at.Reader;
        try
        {
            if (field.Read(ref at, draft) is { } rule) reading.Problems.Add(new FieldProblem(field.Name, rule, Shown(value, at.Json)));
            return null;
        }
        catch (WrongJsonTypeException e)
        {
            return Rejection.Unreadable("wrong_type", field.Name, e.Message, Shown(value, at.Json));
        }
    }

    // Senders mostly keep the order of the table, so the field after the last one is tried before the name is looked up.
    private Field<TDraft>? Find(ref FactCursor at, FactReading reading)
    {
        var next = reading.LastIndex + 1;
        if (next < _fields.Length && at.Reader.ValueTextEquals(_fields[next].EncodedName.EncodedUtf8Bytes)) return _fields[next];
        return _byName.GetValueOrDefault(StrictJson.Text(ref at.Reader));
    }

    private Rejection? ReadUnknown(string name, ref FactCursor at, FactReading reading)
    {
        var shown = FieldProblem.Shorten(name);
        if (_byAnyCase.TryGetValue(name, out var known)) return Rejection.Unreadable("unknown_field", shown, $"must be written '{known}'");
        if (reading.Unknown.Exists(u => u.Name == name)) return Rejection.Unreadable("duplicate_field", shown, "occurs twice");
        at.Reader.Read();
        var json = RawJson.Read(ref at);
        if (reading.Unknown.Count < MaxUnknown) reading.Unknown.Add((name, json));
        else return Rejection.Invalid("too_many_fields", new FieldProblem(shown, $"is one unknown field more than the {MaxUnknown} that are kept", null));
        return null;
    }

    /// <summary>The value as the sender wrote it, for the error message.</summary>
    private static string Shown(in Utf8JsonReader value, ReadOnlySpan<byte> json)
    {
        const int LongestShown = 400;
        if (value.TokenType is JsonTokenType.StartObject) return "an object";
        if (value.TokenType is JsonTokenType.StartArray) return "a list";
        var from = (int)value.TokenStartIndex;
        return FieldProblem.Shorten(Encoding.UTF8.GetString(json[from..Math.Min((int)value.BytesConsumed, from + LongestShown)]));
    }

    private static string Plain(JsonException e)
    {
        var message = e.Message;
        var cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return e.BytePositionInLine is { } at ? $"{(cut < 0 ? message : message[..cut])} (line {e.LineNumber + 1}, byte {at + 1})" : message;
    }
}
