using System.Text;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Tests.Pricing;

public sealed class PriceTableHardeningTests
{
    [Theory]
    [InlineData("""{"as_of":"2026-01-31","models":{"GPT-X":{"input":1,"output":1},"gpt-x":{"input":2,"output":2}}}""", "gpt-x")]
    [InlineData("""{"as_of":"2026-01-31","models":{"m":{"input":1,"output":1,"cache_raed":1}}}""", "cache_raed")]
    [InlineData("""{"as_of":"2026-01-31","models":{"":{"input":1,"output":1}}}""", "name")]
    [InlineData("""{"as_of":"2026-01-31","models":{"m":{"input":0.0000001,"output":1}}}""", "input")]
    [InlineData("""{"as_of":"2026-01-31","unit":"USD per thousand tokens","models":{}}""", "unit")]
    public void A_table_that_breaks_a_rule_is_refused_by_entry_and_rule(string json, string named) =>
        Should.Throw<InvalidDataException>(() => PriceTable.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)))).Message.ShouldContain(named);

    [Theory]
    [InlineData("o1-mini")]
    [InlineData("o1-pro")]
    [InlineData("gpt-4o-realtime-preview")]
    [InlineData("gpt-5-codex-mini")]
    [InlineData("gpt-5:free")]
    public void A_sibling_with_another_price_is_unpriced(string model) => PriceTable.Embedded.Find(model).ShouldBeNull();
}
