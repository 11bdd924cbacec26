using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using PipelineMetrics.Api.Hosting.Requests;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class RequestBodyTests
{
    private static readonly byte[] Json = Encoding.UTF8.GetBytes($$"""{"task_id":"{{string.Join('-', Enumerable.Range(0, 2000))}}"}""");

    [Theory]
    [InlineData("gzip"), InlineData("br"), InlineData("deflate"), InlineData("GZIP")]
    public async Task A_compressed_body_arrives_as_it_was(string encoding)
    {
        await using var host = await StartAsync();
        var answer = await Post(host, Compress(Json, encoding), encoding);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(Encoding.UTF8.GetString(Json));
    }

    [Fact]
    public async Task Identity_and_many_gzip_members_are_fine()
    {
        await using var host = await StartAsync();
        (await Post(host, Json, "identity")).StatusCode.ShouldBe(HttpStatusCode.OK);
        byte[] members = [.. Enumerable.Repeat(Compress([], "gzip"), 1000).SelectMany(m => m), .. Compress(Json, "gzip"), .. Compress("x"u8.ToArray(), "gzip")];
        (await (await Post(host, members, "gzip")).Content.ReadAsStringAsync()).ShouldEndWith("}x");
    }

    [Theory]
    [InlineData("zstd"), InlineData("gzip, gzip"), InlineData("compress")]
    public async Task An_unknown_or_stacked_encoding_is_a_415_that_names_the_known_ones(string encoding)
    {
        await using var host = await StartAsync();
        var answer = await Post(host, Json, encoding);
        await ErrorShapeTests.ShouldBeProblem(answer, HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        answer.Headers.GetValues("Accept-Encoding").ShouldContain(value => value.Contains("gzip"));
    }

    [Theory]
    [InlineData("gzip", "Development"), InlineData("gzip", "Production")]
    [InlineData("br", "Production"), InlineData("deflate", "Production")]
    public async Task A_body_that_is_not_what_it_says_is_a_400(string encoding, string environment)
    {
        await using var host = await StartAsync(environment);
        await ErrorShapeTests.ShouldBeProblem(await Post(host, Json, encoding), HttpStatusCode.BadRequest, "bad_request");
    }

    [Theory]
    [InlineData("gzip", 1), InlineData("gzip", 4), InlineData("gzip", 8), InlineData("gzip", 100)]
    [InlineData("deflate", 2), InlineData("deflate", 100), InlineData("br", 1), InlineData("br", 100)]
    public async Task A_cut_body_is_a_400_wherever_it_is_cut(string encoding, int missing)
    {
        await using var host = await StartAsync();
        var cut = Compress(Json, encoding)[..^missing];
        await ErrorShapeTests.ShouldBeProblem(await Post(host, cut, encoding), HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task A_flipped_checksum_and_garbage_after_the_end_are_400()
    {
        await using var host = await StartAsync();
        var flipped = Compress(Json, "gzip");
        flipped[^8] ^= 1;
        (await Post(host, flipped, "gzip")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Post(host, [.. Compress(Json, "gzip"), .. "garbage"u8], "gzip")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("gzip"), InlineData("br"), InlineData("deflate")]
    public async Task A_bomb_is_a_413(string encoding)
    {
        await using var host = await StartAsync(limit: 100 << 20);
        var bomb = Compress(new byte[20 << 20], encoding);
        await ErrorShapeTests.ShouldBeProblem(await Post(host, bomb, encoding), HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Theory]
    [InlineData("gzip", "Development"), InlineData("identity", "Development"), InlineData("gzip", "Production"), InlineData("identity", "Production")]
    public async Task A_body_beyond_the_limit_is_a_413_counted_decompressed(string encoding, string environment)
    {
        await using var host = await StartAsync(environment, limit: 5000);
        var answer = await Post(host, Compress(Json, encoding), encoding);
        await ErrorShapeTests.ShouldBeProblem(answer, HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Theory]
    [InlineData("gzip"), InlineData("identity")]
    public async Task A_routes_own_size_limit_counts_decompressed_bytes_too(string encoding)
    {
        await using var host = await ProbeHost.StartAsync(app => app
            .MapPost("/body", (HttpRequest request) => request.Body.CopyToAsync(Stream.Null)).WithMetadata(new SizeLimit(5000)));
        var answer = await Post(host, Compress(Json, encoding), encoding);
        await ErrorShapeTests.ShouldBeProblem(answer, HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Theory]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=bogus", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/x-ndjson", HttpStatusCode.OK)]
    public async Task Only_utf8_is_read(string contentType, HttpStatusCode expected)
    {
        await using var host = await StartAsync();
        using var content = new ByteArrayContent(Json);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        (await host.Client.PostAsync("/body", content)).StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n\r\n")]
    public async Task Framing_that_two_servers_could_read_differently_is_a_400(string rest)
    {
        await using var host = await StartAsync();
        (await Raw(host.Address, $"POST /body HTTP/1.1\r\nHost: localhost\r\n{rest}")).ShouldStartWith("HTTP/1.1 400");
    }

    private static Task<ProbeHost> StartAsync(string environment = "Production", int limit = 1 << 20) => ProbeHost.StartAsync(
        app => app.MapPost("/body", async (HttpRequest request) => Results.Bytes(await WholeBody.ReadAsync(request, limit, default), "application/json")),
        environment);

    private static Task<HttpResponseMessage> Post(ProbeHost host, byte[] body, string encoding)
    {
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return host.Client.PostAsync("/body", content);
    }

    private static byte[] Compress(byte[] plain, string encoding)
    {
        var packed = new MemoryStream();
        using (Stream encoder = encoding.ToLowerInvariant() switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Compress),
            "br" => new BrotliStream(packed, CompressionMode.Compress),
            "deflate" => new ZLibStream(packed, CompressionMode.Compress),
            _ => packed,
        }) encoder.Write(plain);
        return packed.ToArray();
    }

    private static async Task<string> Raw(Uri address, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new byte[4096];
        return Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer));
    }

    private sealed record SizeLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}
