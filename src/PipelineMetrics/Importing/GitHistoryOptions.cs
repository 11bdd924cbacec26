using System.Text.RegularExpressions;

namespace PipelineMetrics.Importing;

/// <summary>Which files of a repository tell what. The patterns are regular expressions for whole paths, with <c>/</c> between folders.</summary>
public sealed partial record GitHistoryOptions
{
    /// <summary>Only what was written at this instant or later; null for everything.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The folders that are looked at, relative to where the history is read; nothing outside of them is.</summary>
    public IReadOnlyList<string> Folders { get; init; } = ["docs/tasks", "docs/requests"];

    /// <summary>A file that is a task; the groups <c>chain</c> and <c>task</c> are their ids.</summary>
    public Regex TaskFile { get; init; } = DefaultTaskFile();

    /// <summary>The id of a task that was made to repair another.</summary>
    public Regex ReworkId { get; init; } = DefaultReworkId();

    /// <summary>A file that is a chain; the group <c>chain</c> is its id.</summary>
    public Regex ChainFile { get; init; } = DefaultChainFile();

    /// <summary>A file that is a change request; the group <c>request</c> is its id.</summary>
    public Regex RequestFile { get; init; } = DefaultRequestFile();

    /// <summary>What a path holds when its task or request is done; what is moved there is done from then on.</summary>
    public string DoneFolder { get; init; } = "/done/";

    [GeneratedRegex(@"^docs/tasks/[^/]+/(?<chain>CHAIN-\d+-[^/]+)/(?<task>\d+-[^/]+)\.md$", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultTaskFile();

    [GeneratedRegex(@"-rework(-\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultReworkId();

    [GeneratedRegex(@"^docs/tasks/\.chains/(?<chain>CHAIN-\d+-[^/]+)\.(yaml|json)$", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultChainFile();

    [GeneratedRegex(@"^docs/requests/(change|fix)-requests/[^/]+/(?<request>(CR|FR)-\d{8}-\d{3})[^/]*\.md$", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultRequestFile();
}
