namespace PipelineMetrics.Events;

/// <summary>What was read: which fields the sender said, and what nobody knows.</summary>
internal sealed class FactReading
{
    private ulong _seen;

    /// <summary>One bit per field of the table that holds a value; null and empty text hold none.</summary>
    public ulong Sent { get; set; }

    /// <summary>Place in the table of the known field that was met last.</summary>
    public int LastIndex { get; private set; } = -1;

    /// <summary>Unknown top-level fields, name and raw value.</summary>
    public List<(string Name, string Json)> Unknown { get; } = [];

    /// <summary>Fields that break their own rule.</summary>
    public List<FieldProblem> Problems { get; } = [];

    /// <summary>Notes that a field was met; false if it was met before.</summary>
    public bool TryAdd(int index)
    {
        var bit = 1UL << index;
        if ((_seen & bit) != 0) return false;
        _seen |= bit;
        LastIndex = index;
        return true;
    }
}
