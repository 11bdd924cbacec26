using System.Buffers;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// Cuts a JSON array between its elements without keeping more than one of them. It follows brackets and strings only; what stands
/// inside an element is judged when the element is read.
/// </summary>
internal sealed class ArraySplitter(int maxElementBytes) : ILineSplitter
{
    private enum Place { BeforeArray, BeforeFirst, BeforeElement, AfterElement, AfterArray }

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private Place _place = Place.BeforeArray;
    private long _number;
    private int _marked;

    // How far the element at the front has been looked at, and where in it that is.
    private long _scanned;
    private int _depth;
    private bool _inString;
    private bool _isEscaped;

    public bool TryNext(ref ReadOnlySequence<byte> buffer, bool isLast, out BatchLine line)
    {
        line = default;
        while (TryPeek(ref buffer, out var next))
        {
            if (IsElement(next)) return TryElement(ref buffer, isLast, out line);
            Step(next);
            buffer = buffer.Slice(1);
        }
        if (isLast && _place != Place.AfterArray) throw NotAnArray("it ends too early");
        return false;
    }

    // An element begins where one may stand, with anything but a bracket that closes or a comma; what it is, its reader tells.
    private bool IsElement(byte next) => (_place is Place.BeforeFirst && next is not (byte)']') || _place is Place.BeforeElement;

    private void Step(byte next) => _place = (_place, (char)next) switch
    {
        // A byte order mark before the body, which may arrive in pieces.
        (Place.BeforeArray, _) when _marked < Mark.Length && next == Mark[_marked] => Marked(),
        (Place.BeforeArray, '[') when _marked is 0 or 3 => Place.BeforeFirst,
        (Place.BeforeFirst or Place.AfterElement, ']') => Place.AfterArray,
        (Place.AfterElement, ',') => Place.BeforeElement,
        _ => throw NotAnArray($"'{(next is >= 0x20 and < 0x7f ? (char)next : '?')}' is in a wrong place"),
    };

    private Place Marked()
    {
        _marked++;
        return Place.BeforeArray;
    }

    private bool TryElement(ref ReadOnlySequence<byte> buffer, bool isLast, out BatchLine line)
    {
        line = default;
        var length = Length(buffer);
        if (length > maxElementBytes || (length < 0 && buffer.Length > maxElementBytes))
            throw new BadHttpRequestException(
                $"Element {_number + 1} of the array is longer than {maxElementBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
        if (length == 0) throw NotAnArray($"element {_number + 1} is missing");
        if (length < 0) return isLast ? throw NotAnArray("it ends too early") : false;
        line = new BatchLine(++_number, buffer.Slice(0, length));
        buffer = buffer.Slice(length);
        _place = Place.AfterElement;
        (_scanned, _depth, _inString, _isEscaped) = (0, 0, false, false);
        return true;
    }

    /// <summary>Bytes of the element at the front; negative when its end has not arrived. What was looked at is not looked at again.</summary>
    private long Length(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer.Slice(_scanned));
        while (!reader.End)
        {
            if (_inString)
            {
                PassString(ref reader);
                continue;
            }
            reader.TryRead(out var b);
            if (_depth == 0 && (b is (byte)',' or (byte)']')) return _scanned + reader.Consumed - 1;
            if (b is (byte)'{' or (byte)'[') _depth++;
            else if ((b is (byte)'}' or (byte)']') && --_depth <= 0) return _scanned + reader.Consumed;
            _inString = b == '"';
        }
        _scanned = buffer.Length;
        return -1;
    }

    private void PassString(ref SequenceReader<byte> reader)
    {
        if (_isEscaped) reader.Advance(1);
        _isEscaped = false;
        if (!reader.TryAdvanceToAny([(byte)'"', (byte)'\\'], advancePastDelimiter: false))
        {
            reader.AdvanceToEnd();
            return;
        }
        reader.TryRead(out var found);
        _inString = found != '"';
        _isEscaped = _inString;
    }

    private static bool TryPeek(ref ReadOnlySequence<byte> buffer, out byte next)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        buffer = reader.UnreadSequence;
        return reader.TryPeek(out next);
    }

    private static BadHttpRequestException NotAnArray(string why) =>
        new($"The body is not a JSON array of records: {why}. One record a line goes as application/x-ndjson.", StatusCodes.Status400BadRequest);
}
