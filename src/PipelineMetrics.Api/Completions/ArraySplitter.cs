using System.Buffers;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// Cuts a JSON array between its elements without keeping more than one of them. It follows brackets and strings only; what stands
/// inside an element is judged when the element is read.
/// </summary>
internal sealed class ArraySplitter(int maxElementBytes) : ILineSplitter
{
    private enum Place { BeforeArray, BeforeFirst, BeforeElement, AfterElement, AfterArray }

    private Place _place = Place.BeforeArray;
    private long _number;

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
        (Place.BeforeArray, '[') => Place.BeforeFirst,
        (Place.BeforeFirst or Place.AfterElement, ']') => Place.AfterArray,
        (Place.AfterElement, ',') => Place.BeforeElement,
        _ => throw NotAnArray($"'{(next is >= 0x20 and < 0x7f ? (char)next : '?')}' is in a wrong place"),
    };

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
        return true;
    }

    /// <summary>Bytes of the element at the front; negative when its end has not arrived.</summary>
    private static long Length(ReadOnlySequence<byte> buffer)
    {
        var depth = 0;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryRead(out var b))
        {
            if (depth == 0 && (b is (byte)',' or (byte)']')) return reader.Consumed - 1;
            if (b == '"' && !TrySkipString(ref reader)) return -1;
            if (b is (byte)'{' or (byte)'[') depth++;
            else if ((b is (byte)'}' or (byte)']') && --depth <= 0) return reader.Consumed;
        }
        return -1;
    }

    private static bool TrySkipString(ref SequenceReader<byte> reader)
    {
        while (reader.TryAdvanceToAny([(byte)'"', (byte)'\\'], advancePastDelimiter: false))
        {
            reader.TryRead(out var found);
            if (found == '"') return true;
            if (!reader.TryRead(out _)) return false;
        }
        return false;
    }

    private static bool TryPeek(ref ReadOnlySequence<byte> buffer, out byte next)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        buffer = reader.UnreadSequence;
        return reader.TryPeek(out next);
    }

    private static BadHttpRequestException NotAnArray(string why) =>
        new($"The body is not a JSON array of completions: {why}. One record a line goes as application/x-ndjson.", StatusCodes.Status400BadRequest);
}
