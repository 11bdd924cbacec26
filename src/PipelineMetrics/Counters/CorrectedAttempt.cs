namespace PipelineMetrics.Counters;

/// <summary>Under which label values an attempt counts.</summary>
internal readonly record struct AttemptPlace(int Outcome, int Type, int Model, int Harness);

/// <summary>What is counted of an attempt that was corrected.</summary>
internal sealed class CorrectedAttempt(AttemptPlace place, CountedAttempt first)
{
    private AttemptAmounts _amounts = first.Amounts;
    private bool _hasDuration = first.DurationMs >= 0;

    public AttemptPlace Place => place;

    public bool IsLive => first.IsLive;

    /// <summary>Whether this is the first to know how long it took.</summary>
    public bool TryTakeDuration(in CountedAttempt correction)
    {
        if (_hasDuration || correction.DurationMs < 0) return false;
        return _hasDuration = true;
    }

    /// <summary>How much more of an amount it says than was known.</summary>
    public long TakeMore(int amount, in CountedAttempt correction)
    {
        var more = correction.Amounts[amount] - Math.Max(0, _amounts[amount]);
        _amounts[amount] = Math.Max(_amounts[amount], correction.Amounts[amount]);
        return Math.Max(0, more);
    }
}
