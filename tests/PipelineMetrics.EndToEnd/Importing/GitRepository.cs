using System.Globalization;
using PipelineMetrics.EndToEnd.Faults;

namespace PipelineMetrics.EndToEnd.Importing;

/// <summary>A small repository, made by git itself.</summary>
internal sealed class GitRepository : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-git-");

    public GitRepository() => Git("init", "--quiet", "--initial-branch=main");

    public string Path => _folder.FullName;

    /// <summary>Writes a file whose content no other has, so that only its own move is one.</summary>
    public void Add(string path)
    {
        var full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, string.Concat(Enumerable.Repeat($"{path} {Guid.NewGuid()}\n", 20)));
    }

    public void Move(string from, string to)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Path, to))!);
        Git("mv", from, to);
    }

    /// <summary>Commits everything; the author wrote it at the time given, and somebody else brought it in much later.</summary>
    public void Commit(string authored, string message = "work")
    {
        Git("add", "--all");
        Git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--allow-empty", "-m", message, "--date", authored);
    }

    public void Git(params string[] words) => Shell.Run("git", ["-C", Path, .. words]);

    /// <summary>An instant on the first of December 2025, in UTC.</summary>
    public static DateTimeOffset At(string time) =>
        DateTimeOffset.Parse($"2025-12-01T{time}:00Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public void Dispose()
    {
        // What git writes may not be written by others.
        foreach (var file in _folder.EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        _folder.Delete(recursive: true);
    }
}
