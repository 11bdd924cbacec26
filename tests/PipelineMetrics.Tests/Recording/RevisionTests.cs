using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

public sealed class RevisionTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_correction_counts_instead_of_what_it_corrects()
    {
        await _bench.Post(Body("t", ""","id":"x" """));
        (await _bench.Post("""{"revises":"x","status":"failed","duration_seconds":7}""")).Verdict.ShouldBe(Verdict.Stored);
        (await _bench.Post("""{"revises":"x","actual_cost_usd":0.5}""")).Verdict.ShouldBe(Verdict.Stored);
        ShouldCountTheCorrection();
        _bench.Restart();
        ShouldCountTheCorrection();
        _bench.Lines().Length.ShouldBe(3);
    }

    [Fact]
    public async Task A_revision_that_comes_too_late_or_corrects_nothing_known_is_refused()
    {
        await _bench.Post(Body("t", ""","id":"x" """));
        await _bench.Post("""{"revises":"x","revision":3,"turns":1}""");
        (await _bench.Post("""{"revises":"x","revision":2,"turns":2}""")).Code.ShouldBe("revision_conflict");
        (await _bench.Post("""{"revises":"nobody","turns":2}""")).Verdict.ShouldBe(Verdict.Unknown);
        (await _bench.Post("""{"revises":"x","quality_gates_failed":["lint"]}""")).Verdict.ShouldBe(Verdict.Rejected);
    }

    [Fact]
    public async Task A_correction_sent_again_under_its_id_is_a_duplicate()
    {
        await _bench.Post(Body("t", ""","id":"x" """));
        await _bench.Post("""{"id":"r","revises":"x","turns":2}""");
        (await _bench.Post("""{"id":"r","revises":"x","turns":2}""")).Verdict.ShouldBe(Verdict.Duplicate);
        (await _bench.Post("""{"id":"r","revises":"x","turns":3}""")).Code.ShouldBe("id_conflict");
        _bench.Lines().Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_completion_says_which_revision_counts_instead_of_it()
    {
        await _bench.Post(Body("t", ""","id":"x" """));
        await _bench.Post("""{"id":"r","revises":"x","turns":2}""");
        _bench.Recorder.FindCompletion("x")!.Value.SupersededBy.ShouldBe("r");
        _bench.Recorder.FindCompletion("r")!.Value.SupersededBy.ShouldBeNull();
    }

    [Fact]
    public async Task A_cost_is_computed_and_marked_and_a_real_one_replaces_it()
    {
        await _bench.Register("""{"task_id":"a","direction":"d","model":"gpt-5"}""");
        await _bench.Patch("a", TaskState.Completed, report: """{"actual_input_tokens":1000000}""");
        (_bench.Figures.Detail!.Cost.Total, _bench.Figures.Detail!.EstimatedCosts).ShouldBe((1_250_000, 1));
        (await _bench.Post(Body("a", ""","actual_cost_usd":1.1"""))).Verdict.ShouldBe(Verdict.Duplicate);
        (_bench.Figures.Detail!.Cost.Total, _bench.Figures.Detail!.EstimatedCosts, _bench.Figures.Total).ShouldBe((1_100_000, 0, 1));
    }

    private void ShouldCountTheCorrection() =>
        (_bench.Figures.Total, _bench.Figures.Failed, _bench.Figures.P50!.Value.Ms, _bench.Figures.Detail!.Cost.Total).ShouldBe((1, 1, 7000, 500_000));
}
