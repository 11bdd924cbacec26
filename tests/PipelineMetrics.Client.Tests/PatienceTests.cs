namespace PipelineMetrics.Client.Tests;

public sealed class PatienceTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(120);
    private readonly SteppedClock _clock = new();
    private readonly Patience _patience;

    public PatienceTests() => _patience = new Patience(new Alarm(_clock), _clock);

    [Fact]
    public void Somebody_who_waits_cuts_a_pause_short()
    {
        _patience.Hurry();
        _patience.WaitAsync(Pause, isAsked: false, CancellationToken.None).IsCompleted.ShouldBeTrue();
        _patience.WaitAsync(Pause, isAsked: false, CancellationToken.None).IsCompleted.ShouldBeFalse("once");
    }

    [Fact]
    public async Task Nobody_cuts_short_what_the_service_asked_for()
    {
        _patience.Hurry();
        var waiting = _patience.WaitAsync(Pause, isAsked: true, CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        _clock.Advance(Pause);
        await waiting.WaitAsync(Some.Long);
    }
}
