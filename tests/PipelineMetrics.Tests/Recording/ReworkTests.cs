using static PipelineMetrics.Tests.Recording.RecorderBench;

namespace PipelineMetrics.Tests.Recording;

/// <summary>Work that had to be done again was no first pass, whenever it is known.</summary>
public sealed class ReworkTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_task_that_is_reworked_later_is_no_first_pass_any_more_and_every_answer_is_another()
    {
        await _bench.PostAll(Body("a"), Body("b"));
        _bench.Figures.FirstPassYield.ShouldBe(1m);
        var version = _bench.Recorder.Completions.Version;

        await _bench.Tell("""{"event_type":"task:rework","entity_id":"a"}""");

        for (var start = 0; start < 2; start++)
        {
            _bench.Figures.FirstPassYield.ShouldBe(0.5m);
            _bench.Recorder.Completions.Version.ShouldBe(version + 1);
            _bench.Answer().State.Version.ShouldBe(version + 1);
            _bench.Restart();
        }
    }

    [Fact]
    public async Task What_is_reworked_before_it_is_recorded_is_no_first_pass_either()
    {
        await _bench.Tell("""{"event_type":"task:rework","entity_id":"a","chain_id":"c"}""");

        await _bench.Post(Body("a"));
        _bench.Figures.FirstPassYield.ShouldBe(1m, "it is a task of no chain");
        await _bench.Post(Body("a", ",\"chain_id\":\"c\""));

        _bench.Figures.FirstPassYield.ShouldBe(0.5m);
    }

    [Fact]
    public async Task The_same_rework_again_changes_nothing()
    {
        await _bench.Post(Body("a"));
        await _bench.Tell("""{"event_type":"task:rework","entity_id":"a"}""");
        var version = _bench.Recorder.Completions.Version;

        await _bench.Tell("""{"event_type":"task:rework","entity_id":"a"}""");

        _bench.Recorder.Completions.Version.ShouldBe(version);
    }

    [Fact]
    public async Task After_a_compaction_the_version_goes_on_and_not_back()
    {
        await _bench.Post(Body("a"));
        await _bench.Tell("""{"event_type":"task:rework","entity_id":"a"}""");
        var version = _bench.Recorder.Completions.Version;

        await _bench.Compact();

        _bench.Recorder.Completions.Version.ShouldBe(version + 1);
        _bench.Restart();
        _bench.Recorder.Completions.Version.ShouldBe(version + 1);
    }
}
