using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace PipelineMetrics.Importing;

/// <summary>What a commit did to a file.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="At">When its author wrote it.</param>
/// <param name="Status">A added, D deleted, M modified, R renamed, or another letter of git's.</param>
/// <param name="OldPath">Where the file was before it was renamed; null otherwise.</param>
/// <param name="Path">Where it is, or was last.</param>
internal sealed record GitChange(string Commit, DateTimeOffset At, char Status, string? OldPath, string Path);

/// <summary>Runs git, and reads what it tells while it tells it.</summary>
internal static class GitLog
{
    private const char CommitMark = '\u0001';

    // What surrounds us must not decide which repository is read.
    private static readonly string[] Redirections = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

    /// <summary>The changes of files in some folders, in the order of history.</summary>
    /// <exception cref="GitException">git failed; what was told before is not all.</exception>
    public static async IAsyncEnumerable<GitChange> ReadAsync(
        string directory, IReadOnlyList<string> folders, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var git = Start(directory, folders);
        try
        {
            var complaint = git.StandardError.ReadToEndAsync(cancellation);
            var tokens = new NulTokens(git.StandardOutput.BaseStream);
            await foreach (var change in ChangesAsync(tokens, cancellation).ConfigureAwait(false)) yield return change;
            await git.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (git.ExitCode != 0) throw new GitException((await complaint.ConfigureAwait(false)).Trim());
        }
        finally
        {
            // Nobody reads it any more, so it would wait for ever.
            if (!git.HasExited) git.Kill();
        }
    }

    private static Process Start(string directory, IReadOnlyList<string> folders)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] words =
        [
            "-C", directory, "--no-pager", "log", "--reverse", "-z", "--name-status", "-M", "--relative", "--no-color", "--no-show-signature",
            $"--format=%x{(int)CommitMark:x2}%H %at", "--", .. folders,
        ];
        foreach (var word in words) start.ArgumentList.Add(word);
        foreach (var name in Redirections) start.Environment.Remove(name);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new GitException($"git could not be run: {e.Message}", e);
        }
    }

    // A commit is its mark with id and time, then for each file a letter and one path, or two.
    private static async IAsyncEnumerable<GitChange> ChangesAsync(NulTokens tokens, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (commit, at) = ("", default(DateTimeOffset));
        while (await tokens.NextAsync(cancellation).ConfigureAwait(false) is { } token)
        {
            var word = token.TrimStart('\n');
            if (word.Length == 0) continue;
            if (word[0] == CommitMark)
            {
                var space = word.IndexOf(' ', StringComparison.Ordinal);
                (commit, at) = (word[1..space], DateTimeOffset.FromUnixTimeSeconds(long.Parse(word.AsSpan(space + 1), CultureInfo.InvariantCulture)));
                continue;
            }
            var old = word[0] is 'R' or 'C' ? await tokens.NextAsync(cancellation).ConfigureAwait(false) : null;
            if (await tokens.NextAsync(cancellation).ConfigureAwait(false) is { } path) yield return new GitChange(commit, at, word[0], old, path);
        }
    }
}
