using System.Globalization;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;

namespace PipelineMetrics.Cli.Tests;

public sealed class SafeTextTests
{
    private static readonly UnicodeCategory[] Forbidden =
    [
        UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator, UnicodeCategory.Surrogate,
    ];

    [Theory]
    [InlineData("plain text-1", "plain text-1")]
    [InlineData("\e[31mred", "␛[31mred")]
    [InlineData("\u0007\u0000\u007F", "␇␀␡")]
    [InlineData("two\r\nlines\tof it", "two  lines of it")]
    [InlineData("\u009B31m", "\uFFFD31m")]
    [InlineData("abc\u202Edcba", "abc\uFFFDdcba")]
    [InlineData("a\u2028b", "a\uFFFDb")]
    [InlineData("漢字", "漢字")]
    [InlineData("😀", "😀")]
    [InlineData("👨\u200D👩", "👨👩")]
    [InlineData("❤\uFE0F", "❤")]
    [InlineData("e\u0301", "e\u0301")]
    [InlineData("e\u0301\u0301\u0301\u0301", "e\u0301\u0301")]
    [InlineData("\u0301e", "e")]
    [InlineData("[red]x[/]", "[red]x[/]")]
    public void What_a_terminal_could_obey_or_count_otherwise_is_shown_by_a_sign(string text, string clean) => SafeText.Clean(text).ShouldBe(clean);

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 4, "abc…")]
    [InlineData("漢字模型", 5, "漢字…")]
    [InlineData("漢字模型", 4, "漢…")]
    [InlineData("😀😀😀", 4, "😀…")]
    [InlineData("abc", 1, "…")]
    [InlineData("abc", 0, "")]
    public void A_text_that_is_too_long_ends_with_a_sign_and_no_character_is_cut_in_two(string text, int cells, string fitted)
    {
        SafeText.Fit(text, cells).ShouldBe(fitted);
        SafeText.Width(fitted).ShouldBeLessThanOrEqualTo(cells);
    }

    [Fact]
    public void Half_a_character_is_shown_by_a_sign() => SafeText.Clean("a\uD83D").ShouldBe("a\uFFFD");

    [Fact]
    public void No_character_there_is_can_be_obeyed_or_counted_otherwise_than_it_is_wide()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (value is >= 0xD800 and <= 0xDFFF) continue;
            var clean = SafeText.Clean($"a{new Rune(value)}");
            var last = clean.EnumerateRunes().Last();
            Rune.GetUnicodeCategory(last).ShouldNotBeOneOf(Forbidden);
            if (!last.IsBmp) SafeText.Width(clean).ShouldBe(1 + 2, $"U+{value:X}");
            SafeText.Clean(clean).ShouldBe(clean);
        }
    }

    [Fact]
    public void Json_on_a_terminal_is_the_same_json_without_anything_to_obey()
    {
        var json = "{\"id\":\"a\u009B31m\u202E\u007F漢\"}";

        var safe = SafeText.Json(json);

        safe.ShouldBe("{\"id\":\"a\\u009b31m\\u202e\\u007f漢\"}");
        JsonElement.Parse(safe).GetProperty("id").GetString().ShouldBe(JsonElement.Parse(json).GetProperty("id").GetString());
    }
}
