namespace PipelineMetrics.Client;

/// <summary>The spool at work: sees to it that this process has a file, and that what others left is sent.</summary>
internal sealed class Spool(SpoolDirectory directory, SpoolIntake intake, Tally tally) : IDisposable
{
    private readonly List<Leftover> _leftovers = [];
    private long _left;

    /// <summary>Records that others left and that wait.</summary>
    public long Pending => Interlocked.Read(ref _left);

    /// <summary>Asks for the file this process writes to.</summary>
    public void Open()
    {
        if (!intake.HasFile && directory.TryCreate() is { } file) intake.Use(file);
    }

    /// <summary>Looks for files that others left since the last time, and for the one of this process if it has none.</summary>
    public void Search()
    {
        foreach (var leftover in directory.TakeLeftovers())
        {
            tally.AddRecovered(leftover.Pending);
            _leftovers.Add(leftover);
        }
        Recount();
    }

    /// <summary>The oldest of what is left, or null.</summary>
    public IBacklog? Next() => _leftovers.FirstOrDefault();

    /// <summary>Forgets what is done with.</summary>
    public void Recount()
    {
        _leftovers.RemoveAll(leftover => leftover.Pending == 0);
        Interlocked.Exchange(ref _left, _leftovers.Sum(leftover => leftover.Pending));
    }

    public void Dispose()
    {
        foreach (var leftover in _leftovers) leftover.Dispose();
        _leftovers.Clear();
    }
}
