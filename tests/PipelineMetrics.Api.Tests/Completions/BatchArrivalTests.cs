using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PipelineMetrics.Contracts;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Completions;

/// <summary>Batches through a real socket: how they arrive, and what is left when they do not arrive whole.</summary>
public sealed class BatchArrivalTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _service.ListenOnASocket();
        _client = await _service.StartAsync();
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("{0}\n\n{1}\r\n{0}", Ndjson)]
    [InlineData("\uFEFF{0}\n{1}\n{0}\n", Ndjson)]
    [InlineData("\uFEFF [{0}, {1}\n,{0} ] ", "application/json")]
    public async Task A_batch_may_come_byte_by_byte(string shape, string mediaType)
    {
        var body = shape.Replace("{0}", Completion("日本")).Replace("{1}", Completion("b", ""","metadata":{"x":["]},{",{"y":"\\\""}]}"""));
        using var request = new HttpRequestMessage(HttpMethod.Post, Routes.CompletionBatch) { Content = new Dripping(Encoding.UTF8.GetBytes(body), mediaType) };
        using var answer = await _client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Stored().ShouldBe(3);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip")]
    public async Task A_compressed_batch_is_taken_and_a_cut_one_says_what_is_durable(string encoding)
    {
        var random = new Random(1);
        var body = string.Join('\n', Enumerable.Range(0, 4000).Select(i => Completion($"t{i}-{random.NextInt64():x}")));
        var whole = Compress(Encoding.UTF8.GetBytes(body), encoding);
        (await Send(whole, encoding))["stored"].GetInt32().ShouldBe(4000);
        var cut = await Send(whole[..^1000], encoding);
        cut.Status.ShouldBe(HttpStatusCode.BadRequest, cut.Body);
        cut["stored"].GetInt32().ShouldBeGreaterThan(0);
        Stored().ShouldBe(4000 + cut["stored"].GetInt32());
    }

    [Fact]
    public async Task A_batch_may_be_longer_than_any_other_body()
    {
        var line = Completion("t", $",\"metadata\":{{\"pad\":\"{new string('x', 8000)}\"}}") + "\n";
        var answer = await _client.PostBatch(string.Concat(Enumerable.Repeat(line, 4000)));
        (answer.Status, answer["stored"].GetInt32()).ShouldBe((HttpStatusCode.OK, 4000));
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("ZZ\r\n")]
    public async Task Broken_framing_on_the_way_says_what_is_durable(string end)
    {
        using var socket = await Open(Completion() + "\n");
        var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(end));
        var answer = await ReadUntil(stream, "\"results\":[]}");
        answer.ShouldStartWith("HTTP/1.1 400");
        answer.ShouldContain($"\"stored\":{Stored()},");
    }

    [Fact]
    public async Task A_sender_who_leaves_takes_nothing_along()
    {
        for (var i = 0; i < 5; i++)
        {
            using var socket = await Open(string.Concat(Enumerable.Repeat(Completion() + "\n", 3000)));
            socket.Close(timeout: 0);
        }
        (await _client.Post(Completion("after"))).Status.ShouldBe(HttpStatusCode.Created);
        File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).ShouldAllBe(line => line.StartsWith('{') && line.EndsWith("\"}"));
    }

    [Fact]
    public async Task A_declared_length_beyond_the_limit_is_refused_before_the_body_is_asked_for()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port);
        var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Routes.Completions} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n"));
        (await ReadUntil(stream, "\r\n\r\n")).ShouldStartWith("HTTP/1.1 413");
    }

    private Task<Answer> Send(byte[] body, string encoding) =>
        _client.SendBytes(HttpMethod.Post, Routes.CompletionBatch, body, Ndjson, ("Content-Encoding", encoding));

    private int Stored() => File.ReadLines(Path.Combine(_service.LogDirectory, "metrics.jsonl")).Count();

    // A chunked request of which the first chunk is sent.
    private async Task<Socket> Open(string chunk)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port);
        var head = $"POST {Routes.CompletionBatch} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {Ndjson}\r\nTransfer-Encoding: chunked\r\n\r\n";
        await socket.SendAsync(Encoding.UTF8.GetBytes($"{head}{Encoding.UTF8.GetByteCount(chunk):x}\r\n{chunk}\r\n"));
        return socket;
    }

    private static async Task<string> ReadUntil(NetworkStream stream, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var read)
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        return text.ToString();
    }

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "br" => new BrotliStream(packed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest),
            _ => new GZipStream(packed, CompressionLevel.Fastest),
        }) packer.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A body that is flushed after every byte.</summary>
    private sealed class Dripping : HttpContent
    {
        private readonly byte[] _bytes;

        public Dripping(byte[] bytes, string mediaType)
        {
            _bytes = bytes;
            Headers.ContentType = new(mediaType);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var i = 0; i < _bytes.Length; i++)
            {
                await stream.WriteAsync(_bytes.AsMemory(i, 1));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
