using System.Buffers;
using System.IO.Pipelines;

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
        var reader = request.BodyReader;
        ArrayBufferWriter<byte>? begun = null;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Length + (begun?.WrittenCount ?? 0) > limitBytes) throw TooLarge(limitBytes);
            // Nearly every body is there at once.
            if (read.IsCompleted && begun is null) return Take(reader, read.Buffer);
            begun ??= new ArrayBufferWriter<byte>(Capacity(request, limitBytes));
            foreach (var part in read.Buffer) begun.Write(part.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return begun.WrittenMemory;
        }
    }

    private static byte[] Take(PipeReader reader, ReadOnlySequence<byte> body)
    {
        var bytes = body.ToArray();
        reader.AdvanceTo(body.End);
        return bytes;
    }

    private static BadHttpRequestException TooLarge(int limitBytes) =>
        new($"The body is larger than {limitBytes} bytes.", StatusCodes.Status413PayloadTooLarge);

    private static int Capacity(HttpRequest request, int limitBytes) =>
        (int)Math.Clamp(request.ContentLength ?? 0, 256, Math.Min(limitBytes, 64 << 10));
}
