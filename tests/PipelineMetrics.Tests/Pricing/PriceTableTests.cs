using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Tests.Pricing;

public sealed class PriceTableTests
{
    private static readonly PriceTable Table = Load("""
        "gpt-4": { "input": 30, "output": 60 }, "gpt-4o": { "input": 2.5, "output": 10, "cache_read": 1.25 },
        "claude-sonnet-4": { "input": 3, "output": 15 }, "local/tiny": { "input": 0, "output": 0 }
        """);

    [Theory]
    [InlineData("gpt-4o", 2.5)]
    [InlineData("GPT-4o", 2.5)]
    [InlineData("openai/gpt-4o", 2.5)]
    [InlineData("gpt-4o-2024-08-06", 2.5)]
    [InlineData("claude-sonnet-4-20250514", 3)]
    [InlineData("anthropic/claude-sonnet-4@20250514", 3)]
    [InlineData("us.anthropic.claude-sonnet-4-20250514-v1:0", 3)]
    [InlineData("local/tiny", 0)]
    public void A_model_is_found_by_its_name_without_provider_and_date(string model, double dollars) =>
        Table.Find(model)!.Value.Input.ShouldBe((long)(dollars * 1_000_000));

    [Theory]
    [InlineData("gpt-41")]
    [InlineData("gpt-4.1")]
    [InlineData("my2.gpt-4o")]
    [InlineData("not-gpt-4o")]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("claude-sonnet")]
    [InlineData("tiny")]
    [InlineData("unknown")]
    public void Another_model_is_unpriced_rather_than_guessed(string model) => Table.Find(model).ShouldBeNull();

    [Fact]
    public void A_cost_is_the_sum_of_all_four_counts_rounded_once()
    {
        Table.CostUsdMicros(Used("claude-sonnet-4", input: 1, output: 1, read: 1, write: 1)).ShouldBe(22);
        Table.CostUsdMicros(Used("gpt-4o", input: 1_000_000, output: 2_000_000)).ShouldBe(22_500_000);
        Table.CostUsdMicros(Used("gpt-4o", input: long.MaxValue, output: long.MaxValue)).ShouldBe(long.MaxValue);
    }

    [Fact]
    public void A_request_is_priced_by_its_length_and_by_how_long_its_cache_is_kept()
    {
        var table = Load("""
            "long": { "input": 3, "output": 15, "input_above_200k": 6, "output_above_200k": 22.5, "cache_read_above_200k": 0.6, "cache_write_above_200k": 7.5 },
            "plain": { "input": 4, "output": 8, "cache_write_1h": 9 }
            """);
        long Cost(string model, long input = 0, long output = 0, long read = 0, long write = 0, long hour = 0) =>
            PriceTable.ToMicros(table.Find(model)!.Value.OfRequest(input, output, read, write, hour));
        Cost("long", input: 200_000).ShouldBe(600_000);
        Cost("long", input: 200_001, output: 200_001).ShouldBe(600_006 + 3_000_023);
        Cost("long", read: 300_000, write: 300_000).ShouldBe(60_000 + 60_000 + 750_000 + 750_000);
        Cost("long", write: 1000, hour: 400).ShouldBe((600 * 375 / 100) + (400 * 6));
        Cost("plain", input: 300_000, write: 10, hour: 10).ShouldBe(1_200_000 + 90);
        Cost("plain", input: long.MaxValue, output: long.MaxValue, read: long.MaxValue, write: long.MaxValue).ShouldBe(long.MaxValue);
    }

    [Theory]
    [InlineData("m-fast", 9)]
    [InlineData("provider/m-20260101-fast", 9)]
    [InlineData("n-fast", 7)]
    public void A_fast_mode_costs_what_its_entry_says_or_so_much_more(string model, double dollars) => Load("""
        "m": { "input": 6, "output": 12, "fast": 1.5 }, "n": { "input": 1, "output": 1, "fast": 2 }, "n-fast": { "input": 7, "output": 7 }
        """).Find(model)!.Value.Input.ShouldBe((long)(dollars * 1_000_000));

    [Fact]
    public void A_fast_mode_that_nobody_priced_is_unpriced() => Table.Find("gpt-4o-fast").ShouldBeNull();

    [Fact]
    public void Without_tokens_or_a_price_there_is_no_cost()
    {
        Table.CostUsdMicros(Used("gpt-4o")).ShouldBeNull();
        Table.CostUsdMicros(Used("unknown", input: 5)).ShouldBeNull();
        Table.CostUsdMicros(Used("local/tiny", input: 5)).ShouldBe(0);
    }

    [Fact]
    public void Entries_of_ones_own_go_before_the_built_in_ones()
    {
        var table = PriceTable.Embedded.OverriddenBy(Table);
        table.Find("gpt-4o")!.Value.CacheRead.ShouldBe(1_250_000);
        table.Find("gpt-4")!.Value.Input.ShouldBe(30_000_000);
        table.Find("gpt-5")!.Value.Input.ShouldBe(1_250_000);
        table.AsOf.ShouldBe(new DateOnly(2026, 1, 31));
    }

    [Theory]
    [InlineData("""{ "as_of": "2026-01-31", "models": { "m": { "input": -1, "output": 1 } } }""", "'input' of 'm'")]
    [InlineData("""{ "as_of": "2026-01-31", "models": { "m": { "input": "1", "output": 1 } } }""", "'input' of 'm'")]
    [InlineData("""{ "as_of": "2026-01-31", "models": { "m": { "input": 1, "output": 1, "fast": 0.5 } } }""", "'fast' of 'm'")]
    [InlineData("""{ "as_of": "2026-01-31", "models": { "m": { "output": 1 } } }""", "'m' has no 'input'")]
    [InlineData("""{ "as_of": "2026-01-31", "models": { "m": 1 } }""", "'m' must be an object")]
    [InlineData("""{ "as_of": "2026-01-31", "models": { "m": {"input":1,"output":1}, "m": {"input":1,"output":1} } }""", "'m'")]
    [InlineData("""{ "as_of": "soon", "models": {} }""", "as_of")]
    [InlineData("""{ "as_of": "2026-01-31" }""", "models")]
    [InlineData("[]", "object")]
    [InlineData("{", "JSON")]
    public void A_table_that_breaks_a_rule_is_refused_by_name(string json, string named) =>
        Should.Throw<InvalidDataException>(() => PriceTable.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)))).Message.ShouldContain(named);

    [Fact]
    public void A_price_file_that_is_not_there_is_named() =>
        Should.Throw<InvalidDataException>(() => new PricingOptions { File = "/nowhere/prices.json" }.LoadTable()).Message.ShouldContain("/nowhere/prices.json");

    private static PriceTable Load(string models) =>
        PriceTable.Load(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "as_of": "2026-01-31", "models": { {{models}} } }""")));

    private static Completion Used(string model, long? input = null, long? output = null, long? read = null, long? write = null)
    {
        var draft = new CompletionDraft
        {
            TaskId = "t",
            Model = model,
            Status = CompletionStatus.Completed,
            CreatedAt = DateTimeOffset.UnixEpoch,
            ActualInputTokens = input,
            ActualOutputTokens = output,
            CacheReadTokens = read,
            CacheWriteTokens = write,
        };
        Completion.TryCreate(draft, ReadingRules.Stored, out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        return completion;
    }
}
