namespace PipelineMetrics.Importing;

/// <summary>
/// What the history of a repository tells about a pipeline whose tasks, chains and requests are files: when they came, and when they were
/// moved to what is done.
/// </summary>
public static class GitHistory
{
    /// <summary>The facts, oldest first by the time their author gives them; those of one time in the order of history.</summary>
    /// <param name="directory">The repository, or a folder of it that has the folders of the options.</param>
    /// <param name="options">Which files tell what.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="GitException">There is no repository, no commit or no git; the message is git's own.</exception>
    public static async Task<IReadOnlyList<GitFact>> ReadAsync(string directory, GitHistoryOptions options, CancellationToken cancellation = default)
    {
        // One task may come into two folders at a time, and branches may tell the same: it happened once.
        var (facts, known) = (new List<GitFact>(), new HashSet<string>(StringComparer.Ordinal));
        await foreach (var change in GitLog.ReadAsync(directory, options.Folders, cancellation).ConfigureAwait(false))
        {
            if (change.At >= (options.Since ?? change.At) && FactOf(change, options) is { } fact && known.Add(fact.Id)) facts.Add(fact);
        }
        return [.. facts.OrderBy(fact => fact.At)];
    }

    private static GitFact? FactOf(GitChange change, GitHistoryOptions options) => change.Status switch
    {
        'A' => Added(change, options),
        'R' when Finishes(change, options) => Finished(change, options),
        _ => null,
    };

    private static GitFact? Added(GitChange change, GitHistoryOptions options)
    {
        if (options.ChainFile.Match(change.Path) is { Success: true } chain)
            return new GitFact("chain:created", "chain", chain.Groups["chain"].Value, null, change.At, change.Commit, change.Path);
        if (options.TaskFile.Match(change.Path) is not { Success: true } task) return null;
        var isRework = options.ReworkId.IsMatch(task.Groups["task"].Value);
        return TaskFact(isRework ? "task:rework" : "task:started", task.Groups, change);
    }

    private static GitFact? Finished(GitChange change, GitHistoryOptions options)
    {
        if (options.TaskFile.Match(change.Path) is { Success: true } task) return TaskFact("task:completed", task.Groups, change);
        return options.RequestFile.Match(change.Path) is { Success: true } request
            ? new GitFact("request:closed", "request", request.Groups["request"].Value, null, change.At, change.Commit, change.Path)
            : null;
    }

    private static GitFact TaskFact(string type, System.Text.RegularExpressions.GroupCollection ids, GitChange change) =>
        new(type, "task", ids["task"].Value, ids["chain"].Value, change.At, change.Commit, change.Path);

    private static bool Finishes(GitChange change, GitHistoryOptions options) =>
        change.Path.Contains(options.DoneFolder, StringComparison.Ordinal) && !change.OldPath!.Contains(options.DoneFolder, StringComparison.Ordinal);
}
