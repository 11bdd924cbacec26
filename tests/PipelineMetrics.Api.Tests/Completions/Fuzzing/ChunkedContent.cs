using System.Net;

namespace PipelineMetrics.Api.Tests.Completions.Fuzzing;

/// <summary>A body of unknown length that is flushed in pieces of odd sizes.</summary>
internal sealed class ChunkedContent : HttpContent
{
    private readonly byte[] _body;
    private readonly Random _random;

    public ChunkedContent(byte[] body, string mediaType, Random random)
    {
        (_body, _random) = (body, random);
        Headers.ContentType = new(mediaType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var at = 0; at < _body.Length;)
        {
            var length = Math.Min(_body.Length - at, _random.Next(4) == 0 ? _random.Next(1, 4) : _random.Next(1, 900));
            await stream.WriteAsync(_body.AsMemory(at, length));
            await stream.FlushAsync();
            at += length;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
