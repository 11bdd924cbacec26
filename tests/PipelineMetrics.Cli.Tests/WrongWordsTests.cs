namespace PipelineMetrics.Cli.Tests;

/// <summary>What is said of a command that is none.</summary>
public sealed class WrongWordsTests
{
    [Theory]
    [InlineData("metrcs", "'metrcs' is no verb; perhaps 'metrics' was meant")]
    [InlineData("metrcs --window 24h", "'metrcs' is no verb; perhaps 'metrics' was meant")]
    [InlineData("config chek", "'chek' is no verb; perhaps 'check' was meant")]
    [InlineData("metrics --timeout-seconds abc", "--timeout-seconds: must be more than 0 and at most 3600, got 'abc'")]
    [InlineData("metrics --timeout-seconds 0", "--timeout-seconds: must be more than 0 and at most 3600, got '0'")]
    [InlineData("metrics --timeout-seconds NaN", "--timeout-seconds: must be more than 0 and at most 3600, got 'NaN'")]
    [InlineData("metrics --watch --interval-seconds abc", "--interval-seconds: must be 0.2 to 3600, got 'abc'")]
    [InlineData("metrics --watch --interval-seconds 0", "--interval-seconds: must be 0.2 to 3600, got '0'")]
    [InlineData("queue --limit abc", "--limit: must be a whole number, got 'abc'")]
    [InlineData("status --limit 1.5", "--limit: must be a whole number, got '1.5'")]
    public async Task It_is_told_in_one_line_with_the_rule_and_the_value(string words, string told)
    {
        var run = await CliRun.OfAsync(words.Split(' '));

        (run.ExitCode, run.Out).ShouldBe((2, ""));
        run.Error.ShouldStartWith($"pipeline-metrics: {told}{Environment.NewLine}See '");
        run.Error.Split('\n').Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_word_that_is_near_no_verb_gets_all_of_them() =>
        (await CliRun.OfAsync("frobnicate")).Error.ShouldContain("known are dashboard, status, queue, metrics");
}
