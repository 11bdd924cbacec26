using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>An NDJSON body that stops before its last line until it is told to go on.</summary>
internal sealed class SlowBatch : HttpContent
{
    private readonly byte[] _first;
    private readonly byte[] _second;
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayGoOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SlowBatch(Attempt first, Attempt second) : this([first.ToJson()], second.ToJson())
    {
    }

    public SlowBatch(IEnumerable<string> first, string last)
    {
        _first = Encoding.UTF8.GetBytes(string.Concat(first.Select(line => line + "\n")));
        _second = Encoding.UTF8.GetBytes(last + "\n");
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    /// <summary>Done when all but the last line has left.</summary>
    public Task UnderWay => _underWay.Task;

    public void GoOn() => _mayGoOn.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        try
        {
            await stream.WriteAsync(_first);
            await stream.FlushAsync();
        }
        finally
        {
            // Also when the other side has hung up: whoever waits for this must not wait for ever.
            _underWay.SetResult();
        }
        await _mayGoOn.Task;
        await stream.WriteAsync(_second);
    }

    /// <summary>The length is not known before: the body is sent in chunks.</summary>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
