using System.IO.Compression;
using System.Text;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>The corpus says what it means.</summary>
public sealed class CorpusTests
{
    private const string Heads = "=@ record\nPOST /records HTTP/1.1\nContent-Length: ${length}\n\n";

    [Theory]
    [InlineData("""{"a":"\n\u0041"}""", """{"a":"\n\u0041"}""")]
    [InlineData(@"a\x0D\x0Ab", "a\r\nb")]
    [InlineData(@"\xC3\xA9", "é")]
    [InlineData("${pad:3:ab}c", "abababc")]
    [InlineData("${pad:2/5:ab}", "abab")]
    [InlineData("""${each:3:{"n":#}\x0A}""", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n")]
    [InlineData("${cut:2:abcde}", "abc")]
    [InlineData("${chunked:hello}", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("${pad:2:${pad:2:a}b}", "aabaab")]
    [InlineData("$5 and {0}", "$5 and {0}")]
    public void A_text_stands_for_its_bytes(string text, string bytes)
    {
        if (!ProofSize.IsLarge || !text.Contains('/')) Encoding.UTF8.GetString(RequestText.ToBytes(text)).ShouldBe(bytes);
    }

    [Fact]
    public void A_byte_need_not_be_text() => RequestText.ToBytes(@"\xFF\x00").ShouldBe([0xFF, 0x00]);

    [Fact]
    public void A_long_run_is_exactly_as_long_as_it_says() => RequestText.ToBytes("${pad:200003:abc}").Length.ShouldBe(600_009);

    [Fact]
    public void What_is_compressed_can_be_read_again()
    {
        using var gzip = new GZipStream(new MemoryStream(RequestText.ToBytes("""${gzip:{"a":"${pad:2:b}"}}""")), CompressionMode.Decompress);
        using var brotli = new BrotliStream(new MemoryStream(RequestText.ToBytes("${br:abc}")), CompressionMode.Decompress);
        using var deflate = new ZLibStream(new MemoryStream(RequestText.ToBytes("${deflate:abc}")), CompressionMode.Decompress);
        new StreamReader(gzip).ReadToEnd().ShouldBe("""{"a":"bb"}""");
        new StreamReader(brotli).ReadToEnd().ShouldBe("abc");
        new StreamReader(deflate).ReadToEnd().ShouldBe("abc");
    }

    [Theory]
    [InlineData("${nothing:5}")]
    [InlineData("${pad:5:abc")]
    [InlineData("${pad}")]
    public void A_directive_that_is_none_is_an_error(string text) => Should.Throw<FormatException>(() => RequestText.ToBytes(text));

    [Fact]
    public void An_input_says_what_is_sent_and_what_comes_of_it()
    {
        const string Text = "# A remark.\n\n== X1.2 an input | 400, close | +3 | some_code | a | b\n@record\nX: y\n\nline one\nline two\n\n\n";
        var input = Read(Text).ShouldHaveSingleItem();

        (input.Id, input.Title, input.Group).ShouldBe(("X1.2", "an input", 'X'));
        (input.MayClose, input.Lines, input.Code, input.Holds).ShouldBe((true, 3, "some_code", "a | b"));
        input.Statuses.ShouldBe([400]);
        Encoding.UTF8.GetString(BadInput.ToBytes(input.Requests.ShouldHaveSingleItem()))
            .ShouldBe("POST /records HTTP/1.1\r\nContent-Length: 17\r\nX: y\r\n\r\nline one\nline two");
    }

    [Fact]
    public void An_input_may_be_several_requests_of_which_the_last_is_judged()
    {
        var input = Read("== X1 twice | 200 | +1\n@record\n\nbody\n-- then\nGET / HTTP/1.1\n\n== X2 next | 200 | +0\nGET / HTTP/1.1\n")[0];

        (input.MayClose, input.Code, input.Holds).ShouldBe((false, null, null));
        input.Requests.ShouldBe(["POST /records HTTP/1.1\r\nContent-Length: ${length}\r\n\r\nbody", "GET / HTTP/1.1\r\n\r\n"]);
    }

    [Theory]
    [InlineData("== X1 | 400 | +0\nGET / HTTP/1.1\n")]
    [InlineData("== X1 without lines | 400\nGET / HTTP/1.1\n")]
    [InlineData("== X1 without a number | no | +0\nGET / HTTP/1.1\n")]
    [InlineData("== X1 an unknown head | 400 | +0\n@nobody\n")]
    public void An_input_that_says_too_little_is_an_error(string text) => Should.Throw<FormatException>(() => Read(text));

    [Fact]
    public void Every_input_of_the_corpus_is_another_one()
    {
        Corpus.All.Concat(Corpus.OfKeys).Select(input => input.Id).ShouldBeUnique();
        Corpus.All.Concat(Corpus.OfKeys).Select(input => string.Concat(input.Requests)).ShouldBeUnique();
    }

    [Fact]
    public void Nothing_in_the_corpus_may_be_answered_with_a_fault_of_the_service() =>
        Corpus.All.Where(input => input.Statuses.Any(status => status >= 500)).Select(input => input.Id).ShouldBe(["E8.2"], "only a version of HTTP is a 5xx");

    private static IReadOnlyList<BadInput> Read(string text) => Corpus.Read(Heads + text, new Dictionary<string, string[]>());
}
