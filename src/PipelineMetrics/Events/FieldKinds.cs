using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>Text of 1 to <c>maxBytes</c> bytes of UTF-8. Empty text means absent, unless the field is required: then it is a broken
/// rule.</summary>
internal class TextField<TDraft>(string name, int maxBytes, Func<TDraft, string?> get, Action<TDraft, string?> set, bool required = false)
    : Field<TDraft, string>(name, get, set)
{
    // No character takes more bytes in UTF-8, so most texts need no counting.
    private const int MaxBytesPerChar = 3;

    protected override string? Parse(ref FactCursor at, out string? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException("must be a string");
        var text = StrictJson.Text(ref at.Reader);
        if (text.Length > 0 || required) value = text;
        return null;
    }

    // Printable ASCII is written as it is read.
    public override int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line)
    {
        if (token[0] != '"' || token.Length - 2 > maxBytes) return 0;
        var text = token[1..^1];
        if (text.ContainsAnyExceptInRange((byte)' ', (byte)'~') || text.Contains((byte)'\\') || !text.ContainsAnyExcept((byte)' ')) return 0;
        token.CopyTo(line);
        return token.Length;
    }

    protected override string? Settle(ref string? value)
    {
        if (value is "" && !required) value = null;
        return value is null || StrictJson.IsUnicode(value) ? null : "must be Unicode text";
    }

    protected override string? Check(string value)
    {
        if (string.IsNullOrWhiteSpace(value)) return "must not be blank";
        if (value.Contains('\0')) return "must not contain the NUL character";
        var fits = value.Length * MaxBytesPerChar <= maxBytes || Encoding.UTF8.GetByteCount(value) <= maxBytes;
        return fits ? null : $"must be at most {maxBytes} bytes of UTF-8";
    }

    protected override void Write(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);
}

/// <summary>One of a closed set of words, with the value each stands for.</summary>
internal class WordField<TDraft, TValue>(string name, WordList<TValue> words, Func<TDraft, TValue?> get, Action<TDraft, TValue?> set)
    : Field<TDraft>(name)
    where TValue : struct, Enum
{
    private readonly string _rule = $"must be one of {words.Listed}";

    public override string? Read(ref FactCursor at, TDraft draft)
    {
        if (at.Reader.TokenType != JsonTokenType.String) throw new WrongJsonTypeException("must be a string");
        if (!words.TryParse(ref at.Reader, out var value)) return _rule;
        set(draft, value);
        return null;
    }

    public override int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line)
    {
        if (token[0] != '"' || !words.TryParse(token[1..^1], out var value)) return 0;
        // A word that stands for another may say more than that.
        if (!words[value].EncodedUtf8Bytes.SequenceEqual(token[1..^1])) return 0;
        token.CopyTo(line);
        return token.Length;
    }

    public override FieldProblem? Settle(TDraft draft) =>
        get(draft) is { } value && !words.Has(value) ? new FieldProblem(Name, _rule, $"{value}") : null;

    public override bool IsPresent(TDraft draft) => get(draft) is not null;

    public override void Write(Utf8JsonWriter writer, TDraft draft)
    {
        if (get(draft) is { } value) writer.WriteString(EncodedName, words[value]);
    }

    public override bool Same(TDraft left, TDraft right) => Nullable.Equals(get(left), get(right));

    public override void Copy(TDraft from, TDraft to) => set(to, get(from));
}

/// <summary>An instant with an offset.</summary>
internal sealed class InstantField<TDraft>(string name, Func<TDraft, DateTimeOffset?> get, Action<TDraft, DateTimeOffset?> set)
    : Field<TDraft, DateTimeOffset?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out DateTimeOffset? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.String || !TryParse(ref at.Reader, out var instant))
            throw new WrongJsonTypeException("must be an RFC 3339 instant with an offset, such as 2026-01-31T10:00:00Z");
        value = instant;
        return null;
    }

    public override int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line)
    {
        if (token[0] != '"' || !Instant.TryParse(token[1..^1], out var instant)) return 0;
        line[0] = (byte)'"';
        Span<byte> buffer = stackalloc byte[32];
        Instant.ToText(instant, buffer).CopyTo(line[1..]);
        line[Instant.TextBytes + 1] = (byte)'"';
        return Instant.TextBytes + 2;
    }

    protected override string? Settle(ref DateTimeOffset? value)
    {
        value = Instant.Truncate(value!.Value);
        return null;
    }

    protected override void Write(Utf8JsonWriter writer, DateTimeOffset? value)
    {
        Span<byte> buffer = stackalloc byte[32];
        writer.WriteStringValue(Instant.ToText(value!.Value, buffer));
    }

    private static bool TryParse(ref Utf8JsonReader reader, out DateTimeOffset instant) =>
        reader.ValueIsEscaped
            ? Instant.TryParse(StrictJson.Text(ref reader), out instant)
            : Instant.TryParse(reader.ValueSpan, out instant);
}

/// <summary>True or false.</summary>
internal sealed class FlagField<TDraft>(string name, Func<TDraft, bool?> get, Action<TDraft, bool?> set)
    : Field<TDraft, bool?>(name, get, set)
{
    protected override string? Parse(ref FactCursor at, out bool? value)
    {
        if (at.Reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) throw new WrongJsonTypeException("must be true or false");
        value = at.Reader.GetBoolean();
        return null;
    }

    public override int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line)
    {
        if (!token.SequenceEqual("true"u8) && !token.SequenceEqual("false"u8)) return 0;
        token.CopyTo(line);
        return token.Length;
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
        return null;
    }

    // A copy, so that the list cannot change under the fact.
    protected override string? Settle(ref IReadOnlyList<string>? value)
    {
        value = [.. value!];
        return value.All(n => n is not null && StrictJson.IsUnicode(n)) ? null : "must be Unicode texts";
    }

    protected override string? Check(IReadOnlyList<string> value)
    {
        var fits = value.Count <= MaxNames && value.All(n => n.Length > 0 && Encoding.UTF8.GetByteCount(n) <= MaxNameBytes && !n.Contains('\0'));
        return fits ? null : $"must have at most {MaxNames} names of 1 to {MaxNameBytes} bytes";
    }

    protected override string Show(IReadOnlyList<string> value) => string.Join(", ", value);

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
    private const int MaxNames = 32;

    protected override string? Parse(ref FactCursor at, out string? value)
    {
        if (objectOnly && at.Reader.TokenType != JsonTokenType.StartObject) throw new WrongJsonTypeException("must be an object");
        value = RawJson.Read(ref at);
        return null;
    }

    protected override string? Settle(ref string? value)
    {
        var rule = objectOnly ? "must be a JSON object" : "must be JSON";
        return RawJson.TryCompact(ref value!) && (!objectOnly || value[0] == '{') ? null : rule;
    }

    protected override string? Check(string value)
    {
        if (Encoding.UTF8.GetByteCount(value) > maxBytes) return $"must be at most {maxBytes} bytes of JSON";
        return objectOnly && RawJson.CountNames(value) > MaxNames ? $"must have at most {MaxNames} names" : null;
    }

    protected override void Write(Utf8JsonWriter writer, string value) => writer.WriteRawValue(value, skipInputValidation: true);

    protected override bool Same(string? left, string? right) => RawJson.Same(left, right);
}
