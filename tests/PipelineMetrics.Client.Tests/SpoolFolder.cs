namespace PipelineMetrics.Client.Tests;

/// <summary>A folder of its own for one test.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-client-");

    public string FullPath => Path.Combine(_folder.FullName, "spool");

    public string[] Files => Directory.Exists(FullPath) ? Directory.GetFiles(FullPath, "*.spool") : [];

    public string[] Rejected => [.. File.ReadLines(Path.Combine(FullPath, "rejected.jsonl"))];

    public void Dispose() => _folder.Delete(recursive: true);
}
