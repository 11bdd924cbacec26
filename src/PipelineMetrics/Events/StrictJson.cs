using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>What System.Text.Json leaves unchecked in values it does not decode, and kept text brought onto one line.</summary>
internal static class StrictJson
{
    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\u0085\u2028\u2029");

    /// <summary>
    /// Walks the value the reader stands on to its end. Refuses names that occur twice in one object, and escapes that are
    /// no Unicode text (a lone surrogate): both would be accepted here and fail whoever reads the log later.
    /// </summary>
    /// <exception cref="JsonException">The value is not one that can be kept, or nests deeper than is allowed.</exception>
    public static void SkipChecked(ref Utf8JsonReader reader, int maxDepth = int.MaxValue)
    {
        var depth = reader.CurrentDepth;
        var names = new Stack<HashSet<string>>();
        while (true)
        {
            Inspect(ref reader, names);
            var opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (opens && reader.CurrentDepth >= maxDepth) throw new JsonException($"The value at byte {reader.TokenStartIndex} nests deeper than {maxDepth}.");
            if (reader.CurrentDepth == depth && !opens) return;
            reader.Read();
        }
    }

    /// <summary>The text of the string or name the reader stands on.</summary>
    /// <exception cref="JsonException">It is no Unicode text.</exception>
    public static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException($"The string at byte {reader.TokenStartIndex} holds an escape that is not Unicode text.");
        }
    }

    /// <summary>Refuses the string or name the reader stands on if it is no Unicode text, so that it can be compared in place.</summary>
    /// <exception cref="JsonException">It is no Unicode text.</exception>
    public static void RequireText(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped) Text(ref reader);
    }

    /// <summary>Whether a text from code has no half of a surrogate pair, which UTF-8 cannot hold.</summary>
    public static bool IsUnicode(string text)
    {
        var surrogates = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        for (var i = surrogates; i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }
        return true;
    }

    /// <summary>
    /// The same JSON on one line, without white space between its tokens; every token keeps its text, so 1.0 stays 1.0.
    /// Only characters that some readers take for the end of a line become escapes.
    /// </summary>
    /// <param name="json">JSON that a reader has accepted.</param>
    public static string Compact(ReadOnlySpan<byte> json)
    {
        var text = json.IndexOfAny(WhiteSpace) < 0 ? Encoding.UTF8.GetString(json) : WithoutWhiteSpace(json);
        if (!text.AsSpan().ContainsAny(LineEnds)) return text;
        return text.Replace("\u0085", "\\u0085", StringComparison.Ordinal)
            .Replace("\u2028", "\\u2028", StringComparison.Ordinal)
            .Replace("\u2029", "\\u2029", StringComparison.Ordinal);
    }

    private static string WithoutWhiteSpace(ReadOnlySpan<byte> json)
    {
        var kept = ArrayPool<byte>.Shared.Rent(json.Length);
        var length = 0;
        var inString = false;
        var escaped = false;
        foreach (var b in json)
        {
            if (!inString && WhiteSpace.Contains(b)) continue;
            kept[length++] = b;
            if (b == '"' && !escaped) inString = !inString;
            escaped = inString && b == '\\' && !escaped;
        }
        var text = Encoding.UTF8.GetString(kept.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(kept);
        return text;
    }

    private static void Inspect(ref Utf8JsonReader reader, Stack<HashSet<string>> names)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                names.Push(new HashSet<string>(StringComparer.Ordinal));
                break;
            case JsonTokenType.EndObject:
                names.Pop();
                break;
            case JsonTokenType.PropertyName when !names.Peek().Add(Text(ref reader)):
                throw new JsonException($"The name '{FieldProblem.OneLine(Text(ref reader))}' occurs twice in one object.");
            case JsonTokenType.String:
                Text(ref reader);
                break;
        }
    }
}
