using System.Buffers;

namespace PipelineMetrics.Api.Completions;

/// <summary>One record of a batch as it was sent.</summary>
/// <param name="Number">From 1, as an editor counts lines; for an array, the place of the element.</param>
/// <param name="Json">Its bytes, valid until the next one is asked for; empty when they were too many to keep.</param>
/// <param name="Broken">What is wrong with it before it is even read; null when nothing is.</param>
internal readonly record struct BatchLine(long Number, ReadOnlySequence<byte> Json, BrokenLine? Broken = null);

/// <summary>Why a line of a batch could not be read as one.</summary>
internal sealed record BrokenLine(string Code, string Reason)
{
    public static BrokenLine TooLong(int maxBytes) => new("line_too_long", $"The line is longer than {maxBytes} bytes.");
}

/// <summary>Cuts a body into records while it arrives: NDJSON at line ends, a JSON array between its elements.</summary>
internal interface ILineSplitter
{
    /// <summary>Takes the next record off the front of what has arrived.</summary>
    /// <param name="buffer">What has arrived and is not taken yet; what this call takes is cut off.</param>
    /// <param name="isLast">Whether nothing more will arrive.</param>
    /// <param name="line">The record, when true is returned.</param>
    /// <returns>False when more must arrive, or, with <paramref name="isLast"/>, when there is no further record.</returns>
    /// <exception cref="BadHttpRequestException">The body as a whole is not what it says it is.</exception>
    bool TryNext(ref ReadOnlySequence<byte> buffer, bool isLast, out BatchLine line);
}
