namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// A decompressed body. What the decoder cannot make sense of becomes a 400, a body that grows out of all proportion a 413.
/// Damage is certain to be noticed only by who reads to the end: <see cref="WholeBody"/> does.
/// </summary>
internal sealed class DecodedBody(Stream decoder, RawBody raw, string encoding) : ReadOnlyBody
{
    /// <summary>Lines of JSON compress 5 to 30 times; beyond this, and beyond a size that harms nobody, it is a bomb.</summary>
    private const int LargestRatio = 100;
    private const int HarmlessBytes = 1 << 20;

    private long _count;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await decoder.ReadAsync(buffer, cancellationToken);
            _count += read;
            if (read == 0 && buffer.Length > 0) CheckEnd();
            if (_count > HarmlessBytes && _count / LargestRatio > raw.Count) throw TooLarge();
            return read;
        }
        // The brotli decoder reports bad data as an invalid operation.
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            throw Unreadable(broken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) decoder.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// The decoder ignores what follows a gzip member. The last four bytes of an intact body are the length of its last member,
    /// never more than the whole; text appended by mistake reads as a far larger number.
    /// </summary>
    private void CheckEnd()
    {
        if (encoding == "gzip" && _count <= uint.MaxValue && raw.LastFourBytes > _count) throw Unreadable(cause: null);
    }

    private BadHttpRequestException Unreadable(Exception? cause) =>
        new($"The body is not intact {encoding} data.", StatusCodes.Status400BadRequest, cause!);

    private static BadHttpRequestException TooLarge() =>
        new($"The body expands more than {LargestRatio} times.", StatusCodes.Status413PayloadTooLarge);
}
