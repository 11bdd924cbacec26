namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>How people and programs take a log away from the service that writes it, without asking it.</summary>
public enum TakingAway
{
    /// <summary>logrotate without options.</summary>
    Moved,

    /// <summary>logrotate with <c>create</c>.</summary>
    MovedAndCreated,

    /// <summary>logrotate with <c>copytruncate</c>.</summary>
    CopiedAndEmptied,

    /// <summary>rm.</summary>
    Removed,

    /// <summary>truncate to half its length.</summary>
    Cut,

    /// <summary>sed -i: the same name, another file.</summary>
    EditedInPlace,

    /// <summary>An editor that writes a new file and renames it over the old one.</summary>
    SavedByAnEditor,

    /// <summary>mv of the whole directory.</summary>
    DirectoryMoved,

    /// <summary>rm of the file that nothing is written to at the moment.</summary>
    EventsRemoved,
}
