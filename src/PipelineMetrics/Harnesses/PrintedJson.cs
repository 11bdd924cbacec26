using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>
/// Finds the JSON objects in what a command prints while it passes by: one on a line, several in an array on a line, or one over several
/// lines as pretty printers write it, which ends with a brace at the start of a line. Anything between them is passed over. Memory is bounded
/// by <see cref="MostLineBytes"/> and <see cref="MostDocumentBytes"/> however much is printed, and how it is cut into parts changes nothing.
/// </summary>
/// <param name="read">Takes each object; it lives until that returns.</param>
internal sealed class PrintedJson(Action<JsonElement> read)
{
    /// <summary>A longer line is passed over.</summary>
    public const int MostLineBytes = 1 << 20;

    /// <summary>A longer object over several lines is passed over.</summary>
    public const int MostDocumentBytes = 4 << 20;

    private readonly GrowingBytes _line = new(MostLineBytes);
    private readonly GrowingBytes _document = new(MostDocumentBytes);
    private bool _isTooLong;
    private bool _isInDocument;

    /// <summary>Bytes of memory held for what is not complete yet.</summary>
    public int HeldBytes => _line.Capacity + _document.Capacity;

    /// <summary>Takes what was printed next.</summary>
    public void Append(ReadOnlySpan<byte> printed)
    {
        for (int end; (end = printed.IndexOf((byte)'\n')) >= 0; printed = printed[(end + 1)..]) End(printed[..end]);
        Keep(printed);
    }

    /// <summary>Takes a last line that has no end.</summary>
    public void Finish() => End([]);

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (!_isTooLong) _isTooLong = !_line.TryAdd(part);
    }

    private void End(ReadOnlySpan<byte> rest)
    {
        if (_line.Length == 0 && !_isTooLong && rest.Length <= MostLineBytes)
        {
            TakeLine(rest);
            return;
        }
        Keep(rest);
        // Within a document it may have been one long text of many members; the others are still worth reading.
        if (!_isTooLong) TakeLine(_line.Bytes);
        _line.Clear();
        _isTooLong = false;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("\uFEFF"u8)) line = line[3..];
        line = line.TrimEnd(" \t\r"u8);
        if (line.IsEmpty) return;
        if (line[0] is (byte)'{' or (byte)'[') Open(line);
        else if (_isInDocument) Continue(line);
    }

    // What begins at the start of a line is no part of a document that is still open: that one was none.
    private void Open(ReadOnlySpan<byte> line)
    {
        _document.Clear();
        _isInDocument = line.SequenceEqual("{"u8);
        if (_isInDocument) _document.TryAdd(line);
        else TryRead(line);
    }

    private void Continue(ReadOnlySpan<byte> line)
    {
        _isInDocument = _document.TryAdd(line);
        if (!line.SequenceEqual("}"u8)) return;
        if (_isInDocument) TryRead(_document.Bytes);
        _isInDocument = false;
        _document.Clear();
    }

    private void TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object) read(root);
            else foreach (var element in root.EnumerateArray()) Read(element);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or names that are no Unicode text: programs print other things beside their messages.
        }
    }

    private void Read(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object) read(element);
    }
}
