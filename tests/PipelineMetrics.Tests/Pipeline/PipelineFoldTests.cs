using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

/// <summary>What the facts of a pipeline come to, one rule at a time.</summary>
public sealed class PipelineFoldTests
{
    [Fact]
    public void Cycle_times_are_those_of_the_example_in_the_decision_record()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        for (var i = 1; i <= 10; i++)
        {
            Tell(fold, "task:started", $"t-{i}", 0);
            Complete(fold, $"t-{i}", i * 100);
        }
        var cycle = fold.ToFigures().Tasks.Cycle;
        (cycle.Average, cycle.Percentile(50), cycle.Percentile(90)).ShouldBe((550, 500, 900));
    }

    [Fact]
    public void Nothing_has_no_mean_and_no_rate()
    {
        var figures = new PipelineFold(PipelineScope.Everything).ToFigures();
        (figures.Tasks.Total, figures.Tasks.ReworkRate, figures.Tasks.Cycle.Average, figures.Tasks.Cycle.Percentile(50)).ShouldBe((0, null, null, null));
        (figures.Chains.AvgTasksPerChain, figures.Requests.Cycle.Average, figures.LastPlace, figures.FirstAt).ShouldBe((null, null, null, null));
        figures.Agents.ShouldBeEmpty();
    }

    [Fact]
    public void A_task_is_its_chain_and_its_id()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "task:started", "001-setup", 0, chain: "a");
        Tell(fold, "task:started", "001-setup", 900, chain: "b");
        Complete(fold, "001-setup", 100, chain: "a");
        var tasks = fold.ToFigures().Tasks;
        (tasks.Total, tasks.Completed, tasks.Cycle.Average).ShouldBe((2, 1, 100));
    }

    [Fact]
    public void A_chain_with_no_name_of_its_own_is_no_chain()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Complete(fold, "t", 100);
        Complete(fold, "t", 200, chain: "");
        fold.ToFigures().Tasks.Total.ShouldBe(2);
    }

    [Fact]
    public void A_start_after_the_completion_makes_no_negative_cycle()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "task:started", "t", 100);
        Tell(fold, "task:started", "t", 700);
        Complete(fold, "t", 400);
        fold.ToFigures().Tasks.Cycle.Average.ShouldBe(300);
    }

    [Fact]
    public void Without_a_start_the_cycle_is_the_recorded_duration_and_without_that_it_is_not_known()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Complete(fold, "posted", 5000, durationMs: 1234);
        Complete(fold, "imported", 5000);
        var tasks = fold.ToFigures().Tasks;
        (tasks.Completed, tasks.Cycle.Count, tasks.Cycle.Average).ShouldBe((2, 1, 1234));
    }

    [Fact]
    public void A_task_that_only_failed_is_not_completed()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Complete(fold, "t", 100, isCompleted: false);
        var tasks = fold.ToFigures().Tasks;
        (tasks.Total, tasks.Completed).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData("004-x", "", "004-x")]
    [InlineData("004-x-rework", "", "004-x")]
    [InlineData("004-x-rework-2", "", "004-x")]
    [InlineData("new-task", ",\"metadata\":{\"originalTaskId\":\"004-x\"}", "004-x")]
    [InlineData("-rework", "", "-rework")]
    public void Rework_is_told_of_the_task_whose_work_was_not_good_enough(string entity, string more, string reworked)
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Complete(fold, reworked, 100);
        Complete(fold, "other", 100);
        Tell(fold, "task:rework", entity, 200, more: more);
        var tasks = fold.ToFigures().Tasks;
        (tasks.Reworked, tasks.ReworkRate).ShouldBe((1, 0.5m));
    }

    [Fact]
    public void Rework_of_tasks_that_were_never_completed_is_in_no_rate()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "task:rework", "a", 100);
        Tell(fold, "task:rework", "b", 100);
        Complete(fold, "c", 200);
        fold.ToFigures().Tasks.ReworkRate.ShouldBe(0);
    }

    [Fact]
    public void A_completion_of_the_range_counts_with_a_start_before_it()
    {
        var fold = new PipelineFold(new PipelineScope(DateTimeOffset.FromUnixTimeMilliseconds(500), null));
        Tell(fold, "task:started", "t", 100);
        Complete(fold, "t", 800);
        Complete(fold, "older", 499);
        var tasks = fold.ToFigures().Tasks;
        (tasks.Total, tasks.Completed, tasks.Cycle.Average).ShouldBe((1, 1, 700));
    }

    [Fact]
    public void Chains_are_listed_by_how_long_their_oldest_open_task_waits()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "task:created", "done", 0, chain: "a");
        Complete(fold, "done", 10, chain: "a");
        Tell(fold, "task:created", "young", 500, chain: "b");
        Tell(fold, "task:created", "old", 100, chain: "c");
        Tell(fold, "task:started", "old", 300, chain: "c");
        Tell(fold, "task:created", "again", 200, chain: "d");
        Complete(fold, "again", 250, chain: "d", isCompleted: false);
        Tell(fold, "task:started", "again", 260, chain: "d");
        fold.ToChains().Select(c => (c.ChainId, c.OldestOpen?.TaskId, c.OldestOpen?.Since.ToUnixTimeMilliseconds()))
            .ShouldBe([("c", "old", 100), ("d", "again", 260), ("b", "young", 500), ("a", null, null)]);
    }

    [Fact]
    public void A_task_that_was_cancelled_waits_for_nobody()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "task:created", "t", 0, chain: "a");
        Tell(fold, "task:cancelled", "t", 10, chain: "a");
        fold.ToChains().ShouldHaveSingleItem().Open.ShouldBe(0);
    }

    [Fact]
    public void A_chain_counts_the_starts_of_its_tasks_and_a_task_without_a_start_as_one()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "task:started", "t", 0, chain: "a");
        Tell(fold, "task:started", "t", 10, chain: "a");
        Complete(fold, "posted", 10, chain: "a");
        Tell(fold, "chain:created", "b", 10);
        fold.ToFigures().Chains.ShouldBe(new ChainTotals(2, 0, 3));
        fold.ToFigures().Chains.AvgTasksPerChain.ShouldBe(1.5m);
    }

    [Fact]
    public void A_request_takes_from_its_creation_to_its_closing()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        Tell(fold, "request:created", "CR-1", 100);
        Tell(fold, "request:closed", "CR-1", 400);
        Tell(fold, "request:closed", "CR-2", 400);
        var requests = fold.ToFigures().Requests;
        (requests.Total, requests.Closed, requests.Cycle.Average).ShouldBe((2, 2, 300));
    }

    [Fact]
    public void Token_sums_stop_at_the_largest_number_instead_of_turning_negative()
    {
        var fold = new PipelineFold(PipelineScope.Everything);
        for (var i = 0; i < 20; i++) Complete(fold, $"t-{i}", i, tokens: 1_000_000_000_000_000_000);
        fold.ToFigures().Agents.ShouldHaveSingleItem().InputTokens.ShouldBe(long.MaxValue);
    }

    private static void Complete(
        PipelineFold fold, string task, long ms, string? chain = null, long durationMs = -1, bool isCompleted = true, long tokens = 0) =>
        fold.Apply(new EndedAttempt(new TaskKey(chain, task), null, "m", ms, durationMs, isCompleted, tokens, 0), ms);

    private static void Tell(PipelineFold fold, string type, string entity, long ms, string? chain = null, string more = "")
    {
        var at = Instant.ToText(DateTimeOffset.FromUnixTimeMilliseconds(ms));
        var inChain = chain is null ? "" : $",\"chain_id\":\"{chain}\"";
        var json = $$"""{"timestamp":"{{at}}","event_type":"{{type}}","entity_id":"{{entity}}"{{inChain}}{{more}}}""";
        PipelineEvent.TryReadLine(Encoding.UTF8.GetBytes(json), out var fact, out var rejection).ShouldBeTrue(rejection?.Reason);
        fold.Apply(fact);
    }
}
