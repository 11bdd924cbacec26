using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class LineFormatTests
{
    [Fact]
    public void The_checksum_is_CRC_32C()
    {
        Crc32C.Of("123456789"u8).ShouldBe(0xE3069283u);
        Crc32C.Of(new byte[32]).ShouldBe(0x8A9136AAu);
    }

    [Fact]
    public void A_line_ends_with_its_number_and_the_checksum_of_all_before_it()
    {
        var line = Seal("{\"a\":1}", 42);

        line.ShouldBe($"{{\"a\":1,\"seq\":42,\"crc\":\"{Crc32C.Of("{\"a\":1,\"seq\":42"u8):x8}\"}}\n");
    }

    [Fact]
    public void Whatever_is_sealed_is_verified_again() => Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>, PositiveInt>(
        (text, seq) =>
        {
            var body = $"{{\"t\":{System.Text.Json.JsonSerializer.Serialize(text.Get)}}}";
            return Judge(Seal(body, seq.Get).TrimEnd('\n')) == new LineVerdict(LineKind.Verified, seq.Get, "");
        }));

    [Fact]
    public void One_changed_byte_is_never_taken_for_a_good_line() => Check.QuickThrowOnFailure(Prop.ForAll<NonNegativeInt, byte>(
        (at, other) =>
        {
            var line = Encoding.UTF8.GetBytes(Seal("{\"task_id\":\"t-1\",\"n\":[1,2,{\"x\":null}]}", 123456).TrimEnd('\n'));
            var index = at.Get % line.Length;
            var same = line[index] == other;
            line[index] = other;
            var content = LineFormat.Content(line);
            return same || !LineFormat.Judge(content).IsGood;
        }));

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("{}")]
    [InlineData("{\"seq\":1,\"crc\":\"00000000\",\"a\":1}")]
    [InlineData("{\"a\":1,\"seq\": 1}")]
    public void A_JSON_object_without_our_end_is_foreign(string line) => Judge(line).Kind.ShouldBe(LineKind.Foreign);

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1}{\"b\":2}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("hello")]
    [InlineData("{\"a\":1,\"seq\":1,\"crc\":\"00000000\"}")]
    [InlineData("{\"a\":1,\"seq\":1,\"crc\":\"ABCDEF01\"}")]
    public void What_is_no_object_or_has_a_wrong_checksum_is_bad(string line) => Judge(line).Kind.ShouldBe(LineKind.Bad);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_bad() => LineFormat.Judge([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]).Kind.ShouldBe(LineKind.Bad);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":\n1}")]
    [InlineData("[1]")]
    public void A_body_that_would_break_the_line_is_refused(string body) =>
        Should.Throw<ArgumentException>(() => new PendingLine(LogStream.Events, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_place_survives_packing() => Check.QuickThrowOnFailure(Prop.ForAll<bool, int, long>((completions, segment, offset) =>
    {
        var place = new LinePlace((LogStream)(completions ? 1 : 0), segment & ((1 << 22) - 1), offset & ((1L << 40) - 1));
        return place.Packed >= 0 && LinePlace.Unpack(place.Packed) == place;
    }));

    private static LineVerdict Judge(string line) => LineFormat.Judge(LineFormat.Content(Encoding.UTF8.GetBytes(line)));

    private static string Seal(string body, long seq)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var destination = new byte[bytes.Length + LineFormat.SealBytes];
        return Encoding.UTF8.GetString(destination.AsSpan(0, LineFormat.Seal(bytes, seq, destination)));
    }
}
