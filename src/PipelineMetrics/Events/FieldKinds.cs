using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>Text of 1 to <c>maxBytes</c> bytes of UTF-8. Empty text means absent, unless the field is required: then it is a broken rule.</summary>
internal class TextField<TDraft>(string name, int maxBytes, Func<TDraft, string?> get, Action<TDraft, string?> set, bool required = false)
    : Field<TDraft, string>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out string? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException("must be a string");
        var text = StrictJson.Text(ref at.Reader);
        if (text.Length == 0 && !required) return null;
        value = text;
        return Check(text);
    }

    protected virtual string? Check(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "must not be blank";
        if (text.Contains('\0')) return "must not contain the NUL character";
        return Encoding.UTF8.GetByteCount(text) > maxBytes ? $"must be at most {maxBytes} bytes of UTF-8" : null;
    }

    protected override void Write(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);
}

/// <summary>One of a closed set of words, with the value each stands for.</summary>
internal sealed class WordField<TDraft, TValue>(string name, WordList<TValue> words, Func<TDraft, TValue?> get, Action<TDraft, TValue?> set)
    : Field<TDraft>(name)
    where TValue : struct, Enum
{
    public override string? Read(ref FactCursor at, TDraft draft)
    {
        if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException("must be a string");
        if (!words.TryParse(StrictJson.Text(ref at.Reader), out var value)) return $"must be one of {words.Listed}";
        set(draft, value);
        return null;
    }

    public override bool IsPresent(TDraft draft) => get(draft) is not null;

    public override void Write(Utf8JsonWriter writer, TDraft draft)
    {
        if (get(draft) is { } value) writer.WriteString(EncodedName, words[value]);
    }

    public override bool Same(TDraft left, TDraft right) => Nullable.Equals(get(left), get(right));

    public override void Copy(TDraft from, TDraft to) => set(to, get(from));
}

/// <summary>A whole number in a range.</summary>
internal sealed class CountField<TDraft>(string name, long min, long max, Func<TDraft, long?> get, Action<TDraft, long?> set)
    : Field<TDraft, long?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out long? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.Number) throw new WrongJsonTypeException("must be a number");
        if (!at.Reader.TryGetInt64(out var number) || number < min || number > max) return $"must be a whole number from {min} to {max}";
        value = number;
        return null;
    }

    protected override void Write(Utf8JsonWriter writer, long? value) => writer.WriteNumberValue(value!.Value);
}

/// <summary>A number with decimals on the wire and a whole number of a smaller unit inside: seconds as milliseconds, dollars as micro-dollars.</summary>
internal sealed class ScaledField<TDraft>(string name, int scale, long max, Func<TDraft, long?> get, Action<TDraft, long?> set)
    : Field<TDraft, long?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out long? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.Number) throw new WrongJsonTypeException("must be a number");
        var rule = $"must be a number from 0 to {max / scale}";
        if (!at.Reader.TryGetDecimal(out var number) || number < 0 || number > (decimal)max / scale) return rule;
        value = (long)Math.Round(number * scale, MidpointRounding.AwayFromZero);
        return null;
    }

    // Without trailing zeros: 45 and 0.25, not 45.000.
    protected override void Write(Utf8JsonWriter writer, long? value) =>
        writer.WriteNumberValue((decimal)value!.Value / scale / 1.000000000m);
}

/// <summary>A number with decimals in a range, kept as it was said.</summary>
internal sealed class DecimalField<TDraft>(string name, decimal min, decimal max, Func<TDraft, decimal?> get, Action<TDraft, decimal?> set)
    : Field<TDraft, decimal?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out decimal? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.Number) throw new WrongJsonTypeException("must be a number");
        if (!at.Reader.TryGetDecimal(out var number) || number < min || number > max) return $"must be a number from {min} to {max}";
        value = number;
        return null;
    }

    protected override void Write(Utf8JsonWriter writer, decimal? value) => writer.WriteNumberValue(value!.Value);
}

/// <summary>An instant with an offset.</summary>
internal sealed class InstantField<TDraft>(string name, Func<TDraft, DateTimeOffset?> get, Action<TDraft, DateTimeOffset?> set)
    : Field<TDraft, DateTimeOffset?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out DateTimeOffset? value)
    {
        value = null;
        const string Rule = "must be an RFC 3339 instant with an offset, such as 2026-01-31T10:00:00Z";
        if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException(Rule);
        if (!Instant.TryParse(StrictJson.Text(ref at.Reader), out var instant)) throw new WrongJsonTypeException(Rule);
        value = instant;
        return null;
    }

    protected override void Write(Utf8JsonWriter writer, DateTimeOffset? value) => writer.WriteStringValue(Instant.ToText(value!.Value));
}

/// <summary>True or false.</summary>
internal sealed class FlagField<TDraft>(string name, Func<TDraft, bool?> get, Action<TDraft, bool?> set) : Field<TDraft, bool?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out bool? value)
    {
        if (at.Reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) throw new WrongJsonTypeException("must be true or false");
        value = at.Reader.GetBoolean();
        return null;
    }

    protected override void Write(Utf8JsonWriter writer, bool? value) => writer.WriteBooleanValue(value!.Value);
}

/// <summary>A short list of short names.</summary>
internal sealed class NamesField<TDraft>(string name, Func<TDraft, IReadOnlyList<string>?> get, Action<TDraft, IReadOnlyList<string>?> set)
    : Field<TDraft, IReadOnlyList<string>>(name, get, set)
{
    private const int MaxNames = 64;
    private const int MaxNameBytes = 100;

    protected override string? Parse(ref FactCursor at, out IReadOnlyList<string>? value)
    {
        var names = new List<string>();
        value = names;
        if (at.Reader.TokenType != JsonTokenType.StartArray) throw new WrongJsonTypeException("must be a list of strings");
        while (at.Reader.Read() && at.Reader.TokenType != JsonTokenType.EndArray)
        {
            if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException("must be a list of strings");
            names.Add(StrictJson.Text(ref at.Reader));
        }
        var fits = names.Count <= MaxNames && names.TrueForAll(n => n.Length > 0 && Encoding.UTF8.GetByteCount(n) <= MaxNameBytes && !n.Contains('\0'));
        return fits ? null : $"must have at most {MaxNames} names of 1 to {MaxNameBytes} bytes";
    }

    protected override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value)
    {
        writer.WriteStartArray();
        foreach (var name in value) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    protected override bool Same(IReadOnlyList<string>? left, IReadOnlyList<string>? right) =>
        ReferenceEquals(left, right) || (left is not null && right is not null && left.SequenceEqual(right));
}

/// <summary>Any JSON (or only an object), kept byte for byte without white space.</summary>
internal sealed class RawField<TDraft>(string name, int maxBytes, bool objectOnly, Func<TDraft, string?> get, Action<TDraft, string?> set)
    : Field<TDraft, string>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out string? value)
    {
        if (objectOnly && at.Reader.TokenType != JsonTokenType.StartObject) throw new WrongJsonTypeException("must be an object");
        value = RawJson.Read(ref at);
        return Encoding.UTF8.GetByteCount(value) > maxBytes ? $"must be at most {maxBytes} bytes of JSON" : null;
    }

    protected override void Write(Utf8JsonWriter writer, string value) => writer.WriteRawValue(value, skipInputValidation: true);

    protected override bool Same(string? left, string? right) => RawJson.Same(left, right);
}
