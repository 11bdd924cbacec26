using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace PipelineMetrics.Client;

/// <summary>
/// Writes one JSON object without line breaks into given bytes, without allocating. What does not fit is not written, and
/// <see cref="Finish"/> says so. A serialiser takes several times as long and leaves garbage; what a record costs is in docs/clients.md.
/// </summary>
internal ref struct JsonLine(Span<byte> destination)
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);
    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;
    private readonly Span<byte> _bytes = destination;
    private int _length;
    private bool _isTooLong;

    /// <returns>The length, or -1 when the object did not fit.</returns>
    public int Finish()
    {
        if (_length == 0) Byte((byte)'{');
        Byte((byte)'}');
        return _isTooLong ? -1 : _length;
    }

    public void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (value is null) return;
        Name(name);
        Quoted(value);
    }

    public void Texts(ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null) return;
        Name(name);
        Byte((byte)'[');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0) Byte((byte)',');
            if (values[i] is { } value) Quoted(value);
            else Bytes("null"u8);
        }
        Byte((byte)']');
    }

    public void Whole(ReadOnlySpan<byte> name, long? value)
    {
        if (value is not { } number) return;
        Name(name);
        Took(number.TryFormat(_bytes[_length..], out var written), written);
    }

    public void Number(ReadOnlySpan<byte> name, decimal? value)
    {
        if (value is not { } number) return;
        Name(name);
        Took(number.TryFormat(_bytes[_length..], out var written), written);
    }

    public void Flag(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is not { } flag) return;
        Name(name);
        Bytes(flag ? "true"u8 : "false"u8);
    }

    public void Instant(ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is not { } instant) return;
        Name(name);
        Byte((byte)'"');
        Took(instant.TryFormat(_bytes[_length..], out var written, "O"), written);
        Byte((byte)'"');
    }

    public void Id(ReadOnlySpan<byte> name, Guid value)
    {
        Name(name);
        Byte((byte)'"');
        Took(value.TryFormat(_bytes[_length..], out var written), written);
        Byte((byte)'"');
    }

    /// <summary>JSON as its author wrote it; a line break in it can only be white space, and becomes a space.</summary>
    public void Json(ReadOnlySpan<byte> name, JsonElement? value)
    {
        if (value is not { ValueKind: not JsonValueKind.Undefined } element) return;
        Name(name);
        var start = _length;
        Bytes(JsonMarshal.GetRawUtf8Value(element));
        var written = _bytes[start.._length];
        written.Replace((byte)'\n', (byte)' ');
        written.Replace((byte)'\r', (byte)' ');
    }

    private void Name(ReadOnlySpan<byte> quotedWithColon)
    {
        Byte(_length == 0 ? (byte)'{' : (byte)',');
        Bytes(quotedWithColon);
    }

    private void Quoted(ReadOnlySpan<char> text)
    {
        Byte((byte)'"');
        while (true)
        {
            var special = text.IndexOfAny(Escaped);
            Plain(special < 0 ? text : text[..special]);
            if (special < 0) break;
            Escape(text[special]);
            text = text[(special + 1)..];
        }
        Byte((byte)'"');
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        var status = Utf8.FromUtf16(text, _bytes[_length..], out _, out var written, replaceInvalidSequences: true);
        Took(status == OperationStatus.Done, written);
    }

    private void Escape(char special)
    {
        if (special is '"' or '\\')
        {
            Byte((byte)'\\');
            Byte((byte)special);
            return;
        }
        Bytes("\\u00"u8);
        Byte(HexDigits[special >> 4]);
        Byte(HexDigits[special & 0xF]);
    }

    private void Bytes(ReadOnlySpan<byte> bytes) => Took(bytes.TryCopyTo(_bytes[_length..]), bytes.Length);

    private void Byte(byte value)
    {
        if (_length < _bytes.Length) _bytes[_length++] = value;
        else _isTooLong = true;
    }

    private void Took(bool fits, int length)
    {
        if (fits) _length += length;
        else _isTooLong = true;
    }
}
