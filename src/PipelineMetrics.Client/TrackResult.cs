namespace PipelineMetrics.Client;

/// <summary>What became of a completion that was tracked.</summary>
public enum TrackResult
{
    /// <summary>Nothing: the client is switched off.</summary>
    Disabled,

    /// <summary>It is lost and counted: there was no room, it is longer than 64 KiB, or the client is stopped.</summary>
    Dropped,

    /// <summary>It is in the memory of this process and will be sent; a process that is killed before then takes it along.</summary>
    Queued,

    /// <summary>It is in the spool: it survives this process, however that ends. It does not survive a loss of power.</summary>
    Spooled,
}
