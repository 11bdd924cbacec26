using PipelineMetrics.Events;

namespace PipelineMetrics.Cli.Exec;

/// <summary>What one call of exec is to do.</summary>
internal sealed record ExecPlan
{
    /// <summary>The program and its arguments, untouched.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The fields of a completion that were given; among them always the task.</summary>
    public required CompletionDraft Given { get; init; }

    /// <summary>Of this call, its retries included.</summary>
    public required string RunId { get; init; }

    /// <summary>How many more attempts a failure gets.</summary>
    public int Retries { get; init; }

    /// <summary>How long the command, and each check of it, may take; null for as long as it takes.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Says whether the command did what it should; null when its exit code says it.</summary>
    public string? Check { get; init; }

    /// <summary>What the work must pass.</summary>
    public IReadOnlyList<Gate> Gates { get; init; } = [];

    /// <summary>How the output is read: as that of the program with this name.</summary>
    public required string ReadAs { get; init; }

    /// <summary>Whether records are only shown, and nothing is kept.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether the output goes through our hands.</summary>
    public bool IsRead { get; init; }
}

/// <summary>A quality gate: a command of the shell with a name.</summary>
internal sealed record Gate(string Name, string Command);
