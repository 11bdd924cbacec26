using System.Diagnostics;

namespace PipelineMetrics.Client.Tests;

/// <summary>A runner as a process of its own; see <see cref="ChildProgram"/>.</summary>
internal sealed class RunnerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    public RunnerProcess(Uri address, SpoolFolder spool, string name)
    {
        string[] words = [typeof(ChildProgram).Assembly.Location, address.ToString(), spool.FullPath, name];
        _process = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true })!;
        _output = ReadAsync();
    }

    /// <summary>Done when it has said that the first record was accepted.</summary>
    public TaskCompletionSource Tracks { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>SIGKILL; returns what it had said until then, whole lines only.</summary>
    public async Task<IReadOnlyList<string>> KillAsync()
    {
        _process.Kill();
        var said = await _output;
        await _process.WaitForExitAsync();
        return said[..(said.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task<string> ReadAsync()
    {
        var said = new System.Text.StringBuilder();
        var buffer = new char[4096];
        for (int got; (got = await _process.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            said.Append(buffer, 0, got);
            Tracks.TrySetResult();
        }
        return said.ToString();
    }
}
