namespace PipelineMetrics.Importing;

/// <summary>How we know what is imported.</summary>
internal static class Sources
{
    /// <summary>From another log, which did not say how it knew.</summary>
    public const string Import = "import";

    /// <summary>From the history of files: how an attempt ended is a guess.</summary>
    public const string Git = "git-import";
}
