namespace PipelineMetrics.Events;

/// <summary>
/// Finds the fields of a line in the form in which the log writes it: known names in the order of the table, no white space. The lines
/// of one sender have the same fields, so the field that came next in an earlier line is tried first.
/// </summary>
/// <param name="asSent">Takes the fields in any order, and single blanks between them, as many senders write.</param>
/// <remarks>For one thread. Anything of another form is left to the general reader, which is ten times slower and judges.</remarks>
internal sealed class CompletionLineReader(bool asSent = false)
{
    private static readonly byte[][] Names =
        [.. CompletionFields.Reader.Fields.Select(f => (byte[])[(byte)'"', .. f.EncodedName.EncodedUtf8Bytes, (byte)'"', (byte)':'])];

    // What followed a field last time, by the number of the field plus one; 0 is the beginning of a line.
    private readonly int[] _next = new int[Names.Length + 1];

    /// <summary>Finds the fields; false when the text has another form, and then the line is of no use.</summary>
    public bool TryRead(ReadOnlySpan<byte> json, ref CompletionLine line)
    {
        line.Begin(json);
        if (json.Length < 2 || json[0] != '{' || json[^1] != '}') return false;
        var (at, last) = (0, -1);
        while (true)
        {
            var from = AfterBlank(json, at + 1);
            var field = FieldAt(json[from..], last);
            if (field < 0 || line.Has(field)) return false;
            at = TakeValue(ref line, field, AfterBlank(json, from + Names[field].Length));
            if (at < 0) return false;
            if (at == json.Length - 1) return true;
            if (json[at] != ',') return false;
            last = field;
        }
    }

    private int AfterBlank(ReadOnlySpan<byte> json, int at) => asSent && at < json.Length && json[at] == ' ' ? at + 1 : at;

    private int FieldAt(ReadOnlySpan<byte> rest, int last)
    {
        var expected = _next[last + 1];
        if ((expected > last || asSent) && rest.StartsWith(Names[expected])) return expected;
        for (var field = asSent ? 0 : last + 1; field < Names.Length; field++)
        {
            if (rest.StartsWith(Names[field])) return _next[last + 1] = field;
        }
        return -1;
    }

    /// <summary>Notes where the value stands.</summary>
    /// <returns>Where the next comma or the last brace must be; negative when this is no value.</returns>
    private static int TakeValue(ref CompletionLine line, int field, int from)
    {
        var json = line.Json;
        if ((uint)from >= (uint)json.Length) return -1;
        if (json[from] == '"') return TakeText(ref line, field, from + 1);
        var end = json[from] is (byte)'{' or (byte)'[' ? NestedEnd(json, from) : PlainEnd(json, from);
        if (end <= from || end >= json.Length) return -1;
        line.Set(field, from, end);
        if (json[from] is (byte)'{' or (byte)'[') line.MarkNotPlain(field);
        return end;
    }

    private static int TakeText(ref CompletionLine line, int field, int from)
    {
        var json = line.Json;
        var end = json[from..].IndexOfAny((byte)'"', (byte)'\\') + from;
        if (end < from) return -1;
        if (json[end] == '\\')
        {
            line.MarkNotPlain(field);
            end = EscapedEnd(json, end);
            if (end < 0) return -1;
        }
        line.Set(field, from, end);
        return end + 1 < json.Length ? end + 1 : -1;
    }

    private static int PlainEnd(ReadOnlySpan<byte> json, int from)
    {
        var end = from;
        while (end < json.Length && json[end] is not ((byte)',' or (byte)'}')) end++;
        return end;
    }

    private static int EscapedEnd(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
        return at < json.Length ? at : -1;
    }

    private static int NestedEnd(ReadOnlySpan<byte> json, int from)
    {
        var depth = 0;
        for (var at = from; at < json.Length; at++)
        {
            if (json[at] is (byte)'{' or (byte)'[') depth++;
            else if (json[at] is (byte)'}' or (byte)']' && --depth == 0) return at + 1;
            else if (json[at] == '"' && (at = EscapedEnd(json, at + 1)) < 0) return -1;
        }
        return -1;
    }
}
