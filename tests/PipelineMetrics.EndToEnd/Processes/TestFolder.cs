namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>A folder of its own for one test; goes with everything in it.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-e2e-");

    public string FullPath => _folder.FullName;

    /// <summary>Where the service of this test keeps its log; the service creates it.</summary>
    public string Log => Path.Combine(FullPath, "api-logs");

    /// <summary>The active file of the completions.</summary>
    public string Completions => Path.Combine(Log, "metrics.jsonl");

    /// <summary>Held for as long as a process has the log.</summary>
    public string Lock => Path.Combine(Log, "journal.lock");

    /// <summary>Where recovery keeps what it cut.</summary>
    public string Torn => Path.Combine(Log, "torn");

    public void Dispose() => _folder.Delete(recursive: true);
}
