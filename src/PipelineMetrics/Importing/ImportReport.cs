namespace PipelineMetrics.Importing;

/// <summary>What became of an import, or of the part of it that has been settled so far.</summary>
public sealed record ImportReport
{
    /// <summary>Nothing was written: what is counted as imported would be.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Lines that were read, blank ones left out. Each is counted in one of the next three.</summary>
    public required long Read { get; init; }

    /// <summary>Lines that are in the log now and were not before.</summary>
    public required long Imported { get; init; }

    /// <summary>Lines that the log had before.</summary>
    public required long Duplicate { get; init; }

    /// <summary>Lines that are not in the log.</summary>
    public required long Rejected { get; init; }

    /// <summary>How many of the imported lines are completions; the others are events.</summary>
    public required long Completions { get; init; }

    /// <summary>The number of the first line that was written; null when none was.</summary>
    public required long? FirstSeq { get; init; }

    /// <summary>The number of the last line that was written; null when none was.</summary>
    public required long? LastSeq { get; init; }

    /// <summary>The first 1,000 rejected lines.</summary>
    public required IReadOnlyList<RejectedLine> RejectedLines { get; init; }

    /// <summary>What was taken although it may not be meant; at most 20 different ones.</summary>
    public required IReadOnlyList<CountedWarning> Warnings { get; init; }
}

/// <summary>A line that was not imported.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Reason">What is wrong, in words.</param>
public sealed record RejectedLine(long Line, string Code, string Reason);

/// <summary>Something the sender should know, and how often it was so.</summary>
/// <param name="Warning">What it is.</param>
/// <param name="Lines">How many lines.</param>
public sealed record CountedWarning(string Warning, long Lines);
