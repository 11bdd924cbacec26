namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>What a test needs of the machine it runs on.</summary>
public enum Tool
{
    /// <summary>strace, and the right to trace a process.</summary>
    Strace,

    /// <summary>The right to mount a file system in memory.</summary>
    Tmpfs,

    /// <summary>The right to mount a file as a disk.</summary>
    Ext4,

    /// <summary>The right to run a program as somebody who has fewer rights.</summary>
    OtherUser,

    /// <summary>prlimit: the limits of a process, changed while it runs.</summary>
    Limits,

    /// <summary>git.</summary>
    Git,

    /// <summary>prometheus and promtool.</summary>
    Prometheus,

    /// <summary>tmux: a terminal that a test can read and type into.</summary>
    Tmux,
}
