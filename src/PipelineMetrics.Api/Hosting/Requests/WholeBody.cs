using System.Buffers;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Reads request bodies to their very end. Only then is a compressed body known to be intact: a JSON reader stops at the last
/// brace, before the checksum, and would take a cut body for a good one.
/// </summary>
internal static class WholeBody
{
    /// <summary>The whole body, decompressed.</summary>
    /// <exception cref="BadHttpRequestException">413 beyond the limit, 400 when it is not intact.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limitBytes, CancellationToken cancellationToken)
    {
        // Before the first byte is asked for: a caller that waits for 100 (Continue) need not send it at all.
        if (request.ContentLength > limitBytes) throw TooLarge(limitBytes);
        var body = new ArrayBufferWriter<byte>(Capacity(request, limitBytes));
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(4096), cancellationToken);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > limitBytes) throw TooLarge(limitBytes);
        }
    }

    private static BadHttpRequestException TooLarge(int limitBytes) =>
        new($"The body is larger than {limitBytes} bytes.", StatusCodes.Status413PayloadTooLarge);

    private static int Capacity(HttpRequest request, int limitBytes) =>
        (int)Math.Clamp(request.ContentLength ?? 0, 256, Math.Min(limitBytes, 64 << 10));
}
