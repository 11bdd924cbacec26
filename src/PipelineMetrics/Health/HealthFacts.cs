using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Health;

/// <summary>Everything that health is judged by, at one moment.</summary>
public sealed record HealthFacts
{
    /// <summary>The moment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>When the service started: silence and idleness are counted from here at the earliest.</summary>
    public required DateTimeOffset ListeningSince { get; init; }

    /// <summary>Tasks that wait for a runner.</summary>
    public long Pending { get; init; }

    /// <summary>Tasks that run or wait for a decision.</summary>
    public long Active { get; init; }

    /// <summary>Completed attempts of the last 24 hours, imported ones left out.</summary>
    public long Completed { get; init; }

    /// <summary>Failed attempts of the last 24 hours, imported ones left out.</summary>
    public long Failed { get; init; }

    /// <summary>When the last attempt finished, imported ones left out; null when none has.</summary>
    public DateTimeOffset? LastCompletion { get; init; }

    /// <summary>The runners that were heard.</summary>
    public IReadOnlyList<RunnerView> Runners { get; init; } = [];

    /// <summary>Why nothing can be stored; null while it can.</summary>
    public string? WritesRefused { get; init; }

    /// <summary>Bytes that are free on the file system of the log; null when that is not known.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>How many places of the log are damaged.</summary>
    public long Damage { get; init; }

    /// <summary>How many lines of the log count in no figure.</summary>
    public long LinesLeftOut { get; init; }
}
