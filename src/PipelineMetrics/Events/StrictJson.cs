using System.Buffers;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>What System.Text.Json leaves unchecked in values it does not decode, and kept text brought onto one line.</summary>
internal static class StrictJson
{
    /// <summary>
    /// Walks the value the reader stands on to its end. Refuses names that occur twice in one object, and escapes that are
    /// no Unicode text (a lone surrogate): both would be accepted here and fail whoever reads the log later.
    /// </summary>
    /// <exception cref="JsonException">The value is not one that can be kept.</exception>
    public static void SkipChecked(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        var names = new Stack<HashSet<string>>();
        while (true)
        {
            Inspect(ref reader, names);
            if (reader.CurrentDepth == depth && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
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

    /// <summary>The same JSON without white space between its tokens; every token keeps its exact bytes, so 1.0 stays 1.0.</summary>
    /// <param name="json">JSON that a reader has accepted.</param>
    public static string Compact(ReadOnlySpan<byte> json)
    {
        var kept = ArrayPool<byte>.Shared.Rent(json.Length);
        var length = 0;
        var inString = false;
        var escaped = false;
        foreach (var b in json)
        {
            if (!inString && b is ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')) continue;
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
                throw new JsonException($"The name '{FieldProblem.Shorten(Text(ref reader))}' occurs twice in one object.");
            case JsonTokenType.String:
                Text(ref reader);
                break;
        }
    }
}
