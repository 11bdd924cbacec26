namespace PipelineMetrics.Cli.Tests;

/// <summary>A log directory of a test's own.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-");

    public string Path => _folder.FullName;

    /// <summary>A log with these lines, as somebody could have written them by hand.</summary>
    public static LogFolder With(params string[] completions)
    {
        var folder = new LogFolder();
        File.WriteAllLines(System.IO.Path.Combine(folder.Path, "metrics.jsonl"), completions);
        return folder;
    }

    /// <summary>A completion that finished just now, unless told otherwise.</summary>
    public static string Completion(string task, string status = "completed", double seconds = 10, string type = "impl", string model = "model-a", DateTimeOffset? at = null) =>
        $$"""{"task_id":"{{task}}","task_type":"{{type}}","model":"{{model}}","duration_seconds":{{seconds}},"status":"{{status}}","created_at":"{{at ?? TimeProvider.System.GetUtcNow():o}}"}""";

    public void Dispose() => _folder.Delete(recursive: true);
}
