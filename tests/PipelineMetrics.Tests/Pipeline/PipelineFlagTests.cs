using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

public sealed class PipelineFlagTests
{
    private static readonly FlagFacts Nothing = new(0, 0, null, [], 0, 0);

    [Fact]
    public void What_is_not_known_raises_nothing_and_has_no_value()
    {
        var flags = PipelineFlags.Of(Nothing);
        flags.Select(f => (f.Name, f.IsRaised, f.Value, f.Threshold)).ShouldBe(
            [("stuck", false, null, 600m), ("repeated_failures", false, null, 3m), ("low_success", false, null, 0.8m)]);
        flags.ShouldAllBe(f => f.Reason.Length > 0);
    }

    [Theory]
    [InlineData(1, 0, 600_000, false), InlineData(1, 0, 600_001, true), InlineData(1, 0, 599_999, false)]
    [InlineData(1, 1, 900_000, false), InlineData(5, 0, 900_000, true)]
    public void The_pipeline_is_stuck_when_the_oldest_has_waited_for_more_than_600_s_and_none_runs(int pending, int running, int waitMs, bool isRaised)
    {
        var flag = Flag("stuck", Nothing with { Pending = pending, Running = running, OldestWait = TimeSpan.FromMilliseconds(waitMs) });
        (flag.IsRaised, flag.Value).ShouldBe((isRaised, waitMs / 1000m));
    }

    [Theory]
    [InlineData("", false, null), InlineData("f", false, 1), InlineData("ff", false, 2), InlineData("fff", true, 3), InlineData("ffffff", true, 3)]
    [InlineData("cfff", false, 0), InlineData("ffc", false, 2), InlineData("fcf", false, 1)]
    public void Three_failures_in_a_row_are_a_flag(string newestFirst, bool isRaised, int? value)
    {
        var last = newestFirst.Select(c => c == 'f' ? CompletionStatus.Failed : CompletionStatus.Completed).ToList();
        var flag = Flag("repeated_failures", Nothing with { LastFinished = last });
        (flag.IsRaised, flag.Value).ShouldBe((isRaised, value));
    }

    [Theory]
    [InlineData(0, 9, false), InlineData(0, 10, true), InlineData(8, 10, false), InlineData(7, 10, true)]
    [InlineData(800_000, 1_000_000, false), InlineData(799_999, 1_000_000, true), InlineData(10, 10, false)]
    public void Less_than_80_of_100_is_a_flag_from_10_attempts_on(int completed, int total, bool isRaised) =>
        Flag("low_success", Nothing with { Completed = completed, Total = total }).IsRaised.ShouldBe(isRaised);

    private static PipelineFlag Flag(string name, FlagFacts facts) => PipelineFlags.Of(facts).Single(f => f.Name == name);
}
