namespace PipelineMetrics.Transcripts;

/// <summary>What was read of what agent programs keep, and what became of it.</summary>
public sealed record TranscriptReport
{
    /// <summary>Files that were opened.</summary>
    public required long Files { get; init; }

    /// <summary>Lines or messages that were read, good and bad.</summary>
    public required long Lines { get; init; }

    /// <summary>Sessions that were found.</summary>
    public required long Sessions { get; init; }

    /// <summary>Units of work that became completions; each has an id of its own.</summary>
    public required long Completions { get; init; }

    /// <summary>Corrections beside them: of units that went on after a pause.</summary>
    public required long Revisions { get; init; }

    /// <summary>Units of which something is left for the next import, because they may be going on.</summary>
    public required long StillRunning { get; init; }

    /// <summary>Units that no model answered in; they are no completions.</summary>
    public required long WithoutAnswer { get; init; }

    /// <summary>Copies of sessions and answers that were read before, and count once.</summary>
    public required long Repeated { get; init; }

    /// <summary>Lines and files that could not be read.</summary>
    public required long Skipped { get; init; }

    /// <summary>The first 1,000 of them.</summary>
    public required IReadOnlyList<SkippedLine> SkippedLines { get; init; }

    /// <summary>Models whose tokens have no price, at most 1,000, by name. Completions with one of them have no cost.</summary>
    public required IReadOnlyList<UnpricedModel> UnpricedModels { get; init; }
}

/// <summary>A line that could not be read.</summary>
/// <param name="File">Its file.</param>
/// <param name="Line">Its number, from 1; 0 for the file itself.</param>
/// <param name="Reason">What is wrong, in words.</param>
public sealed record SkippedLine(string File, long Line, string Reason);

/// <summary>A model that has no price.</summary>
/// <param name="Model">Its name as the program writes it.</param>
/// <param name="Completions">How many completions and revisions used it.</param>
public sealed record UnpricedModel(string Model, long Completions);
