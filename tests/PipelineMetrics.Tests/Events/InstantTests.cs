using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class InstantTests
{
    [Theory]
    [InlineData("2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z"), InlineData("2026-01-31T11:00:00.5+01:00", "2026-01-31T10:00:00.500Z")]
    [InlineData("2026-01-31T10:00:00.1239999Z", "2026-01-31T10:00:00.123Z")]
    [InlineData("2026-01-31T10:00:00.999999999Z", "2026-01-31T10:00:00.999Z")]
    [InlineData("2026-12-31T23:59:59.999999999Z", "2026-12-31T23:59:59.999Z")]
    [InlineData("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00.000Z")]
    [InlineData("2026-01-01T00:30:00+14:00", "2025-12-31T10:30:00.000Z")]
    [InlineData("2026-01-01T00:00:00-12:45", "2026-01-01T12:45:00.000Z")]
    public void An_instant_with_an_offset_is_kept_in_UTC_truncated_to_the_millisecond(string text, string kept)
    {
        Instant.TryParse(text, out var instant).ShouldBeTrue();
        instant.Offset.ShouldBe(TimeSpan.Zero);
        Instant.ToText(instant).ShouldBe(kept);
    }

    [Theory]
    [InlineData(""), InlineData("2026-01-31T10:00:00"), InlineData("2026-01-31"), InlineData("10:00"), InlineData("01/02/2025")]
    [InlineData("1 Jan")]
    [InlineData("2026-01-31T24:00:00Z"), InlineData("2026-01-31T23:59:60Z"), InlineData("2026-01-31T10:60:00Z")]
    [InlineData("2026-01-31T10:00:00+99:99")]
    [InlineData("2026-01-31T10:00:00+14:01"), InlineData("2026-01-31T10:00:00+00:60"), InlineData("2026-02-30T10:00:00Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2026-01-31T10:00:00z"), InlineData("2026-01-31t10:00:00Z"), InlineData("2026-01-31 10:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-01:00"), InlineData("0000-01-01T00:00:00Z"), InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-01-31T10:00:00.Z"), InlineData("2026-01-31T10:00:00.1234567890Z"), InlineData("2026-01-31T10:00:00Z\n")]
    [InlineData(" 2026-01-31T10:00:00Z")]
    [InlineData("２０２６-01-31T10:00:00Z"), InlineData("٢٠٢٦-01-31T10:00:00Z"), InlineData("2026-01-31T10:00:00+0100")]
    [InlineData("2026-01-31T10:00:00+01")]
    [InlineData("+2026-01-31T10:00:00Z"), InlineData("2026-1-31T10:00:00Z"), InlineData("2026-01-31T10:00Z")]
    [InlineData("2026-01-31T10:00:00,5Z")]
    [InlineData("2026-01-31T10:00:00 01:00"), InlineData("2026-01-31T10:00:00\u221201:00"), InlineData("2026-01-31T10:00:00Z+01:00")]
    [InlineData("2026-01-31T10:00:00.5")]
    public void Anything_else_is_no_instant_and_makes_the_body_unreadable(string text)
    {
        Instant.TryParse(text, out _).ShouldBeFalse();
        foreach (var field in new[] { "created_at", "started_at" })
        {
            var refusal = Given.Refusal(Given.Body(field, System.Text.Json.JsonSerializer.Serialize(text)));
            refusal.Kind.ShouldBe(RejectionKind.Unreadable);
            refusal.Problems.ShouldHaveSingleItem().Field.ShouldBe(field);
        }
    }

    // The form in which lines have them is read by a way of its own.
    [Fact]
    public void Milliseconds_are_those_of_the_instant_whatever_the_text()
    {
        var random = new Random(7);
        for (var i = 0; i < ProofSize.Cases(50_000, 5_000_000); i++)
        {
            var text = Encoding.ASCII.GetBytes(Instant.ToText(new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero)));
            if (random.Next(2) == 0) text[random.Next(text.Length)] = (byte)"0123456789:-.TZ/ "[random.Next(17)];
            var isInstant = Instant.TryParse(Encoding.ASCII.GetString(text), out var instant);
            Instant.TryReadMs(text, out var ms).ShouldBe(isInstant, Encoding.ASCII.GetString(text));
            if (isInstant) ms.ShouldBe(instant.ToUnixTimeMilliseconds(), Encoding.ASCII.GetString(text));
        }
    }
}
