using System.Diagnostics;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>What all witnesses saw. Safe from any thread.</summary>
/// <param name="syncTakes">
/// No sync ends sooner. A sync that makes a record durable begins after the record was sent, so whoever sees the record sooner than this
/// after the sending has seen it before it was durable, however slow the machine is.
/// </param>
internal sealed class Sightings(TimeSpan syncTakes)
{
    private long _posts;
    private long _reads;
    private long _tooSoonToSee;

    public long Posts => Volatile.Read(ref _posts);

    public long Reads => Volatile.Read(ref _reads);

    /// <summary>Reads that ended before the sync of what was being posted could have ended.</summary>
    public long TooSoonToSee => Volatile.Read(ref _tooSoonToSee);

    public long Operations => Posts + Reads;

    public void Posted() => Interlocked.Increment(ref _posts);

    /// <summary>A posting has ended.</summary>
    public void Acknowledged(long began, string what) =>
        Stopwatch.GetElapsedTime(began).ShouldBeGreaterThanOrEqualTo(syncTakes, $"{what} was acknowledged before it was durable");

    /// <summary>A read has ended.</summary>
    /// <param name="began">When the posting began that was under way.</param>
    /// <param name="isShown">Whether anything of what is being posted was shown.</param>
    /// <param name="what">For the message.</param>
    public void Saw(long began, bool isShown, string what)
    {
        Interlocked.Increment(ref _reads);
        if (Stopwatch.GetElapsedTime(began) >= syncTakes) return;
        Interlocked.Increment(ref _tooSoonToSee);
        isShown.ShouldBeFalse($"{what} was shown before it was durable");
    }
}
