using System.Text.Json;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>
/// The JSON objects of a file with one on each line, one after the other. Bad lines are noted and passed over; a last line without an end that
/// is no object yet waits for the next time. One line is in memory at a time.
/// </summary>
internal sealed class TranscriptLines(string path, TranscriptTally tally) : IDisposable
{
    /// <summary>A longer line is passed over: lines hold files and pictures, but not such.</summary>
    public const int MostLineBytes = 64 << 20;

    private const int ChunkBytes = 64 << 10;
    private readonly GrowingBytes _line = new(MostLineBytes);
    private readonly byte[] _chunk = new byte[ChunkBytes];
    private FileStream? _file;
    private JsonDocument? _document;
    private int _at;
    private int _end;
    private bool _isTooLong;

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The object; it lives until the next is asked for.</summary>
    public JsonElement Current => _document!.RootElement;

    /// <summary>Goes to the next object.</summary>
    /// <returns>False at the end of what can be read.</returns>
    public bool Next()
    {
        while (NextLine(out var isEnded))
        {
            Number++;
            if (TryParse(isEnded)) return true;
        }
        return false;
    }

    public void Dispose()
    {
        _document?.Dispose();
        _file?.Dispose();
    }

    /// <summary>Notes that the line is passed over.</summary>
    public void Skip(string reason) => tally.Skip(path, Number, reason);

    private bool NextLine(out bool isEnded)
    {
        (isEnded, _isTooLong) = (true, false);
        _line.Clear();
        while (true)
        {
            if (_at == _end && !Fill())
            {
                isEnded = false;
                return _line.Length > 0 || _isTooLong;
            }
            var rest = _chunk.AsSpan(_at, _end - _at);
            var length = rest.IndexOf((byte)'\n');
            if (!_isTooLong) _isTooLong = !_line.TryAdd(length < 0 ? rest : rest[..length]);
            _at = length < 0 ? _end : _at + length + 1;
            if (length >= 0) return true;
        }
    }

    private bool Fill()
    {
        try
        {
            _file ??= new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            (_at, _end) = (0, _file.Read(_chunk));
            return _end > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skip(e.Message);
            return false;
        }
    }

    private bool TryParse(bool isEnded)
    {
        _document?.Dispose();
        _document = null;
        if (_isTooLong) Skip($"is longer than {MostLineBytes >> 20} MiB");
        else if (_line.Bytes.IndexOfAnyExcept(" \t\r\uFEFF"u8) >= 0) Parse(isEnded);
        return _document is not null;
    }

    private void Parse(bool isEnded)
    {
        try
        {
            var json = _line.Bytes;
            var reader = new Utf8JsonReader(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
            var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object) _document = document;
            else document.Dispose();
            if (_document is null) Skip("is no JSON object");
        }
        catch (JsonException e)
        {
            // Not the message: it has parts of the line in it, which may be anybody's words.
            if (isEnded) Skip($"is no JSON from byte {e.BytePositionInLine} on");
        }
    }
}
