using System.Buffers;
using System.IO.Pipelines;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>Looks at the beginning of a JSON body before anybody reads it, for a route that takes an object or an array.</summary>
internal static class PeekedBody
{
    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether the body begins as an array. It is there in full for whoever reads it next, but for white space before it.</summary>
    /// <exception cref="BadHttpRequestException">413 for more white space than a body may have bytes.</exception>
    public static async Task<bool> IsArrayAsync(HttpRequest request, int limitBytes)
    {
        var reader = PipeReader.Create(request.Body);
        request.Body = reader.AsStream();
        request.HttpContext.Response.RegisterForDispose(request.Body);
        for (var passed = 0L; passed <= limitBytes;)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var blanks = Blanks(read.Buffer);
            var first = First(read.Buffer.Slice(blanks));
            passed += blanks;
            var begin = read.Buffer.GetPosition(blanks);
            reader.AdvanceTo(begin, first is null && !read.IsCompleted ? read.Buffer.End : begin);
            if (first is not null || read.IsCompleted) return first == '[';
        }
        throw new BadHttpRequestException($"The body is larger than {limitBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
    }

    private static long Blanks(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.AdvancePastAny(WhiteSpace);
    }

    /// <summary>The first byte behind a byte order mark; null when it has not arrived.</summary>
    private static byte? First(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.AdvancePastAny(Mark);
        reader.AdvancePastAny(WhiteSpace);
        return reader.TryPeek(out var first) ? first : null;
    }
}
