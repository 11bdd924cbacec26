using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>The real program around real commands, with a state folder and an environment of the test's own.</summary>
public abstract class ExecBench : IDisposable
{
    protected static readonly string Program = Path.Combine(AppContext.BaseDirectory, "pipeline-metrics");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    protected string Folder { get; } = Directory.CreateTempSubdirectory("exec-").FullName;

    /// <summary>Variables for what is started, beside those of a plain machine.</summary>
    protected Dictionary<string, string> Variables { get; } = [];

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs exec with these words behind it, and shows its records instead of sending them.</summary>
    private protected Task<ExecRun> DryAsync(params string[] words) => EndAsync(Start([Program, "exec", "--dry-run", .. words]));

    private protected Task<ExecRun> RunAsync(params string[] words) => EndAsync(Start([Program, "exec", .. words]));

    /// <summary>Runs a script in which $PM is the program.</summary>
    private protected Task<ExecRun> ScriptAsync(string script) => EndAsync(Start(["/bin/sh", "-c", script]));

    private protected Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PIPELINE_METRICS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var name in (string[])["TRACEPARENT", "OTEL_RESOURCE_ATTRIBUTES"]) start.Environment.Remove(name);
        start.Environment["XDG_STATE_HOME"] = Path.Combine(Folder, "state");
        start.Environment["PM"] = Program;
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private protected static async Task<ExecRun> EndAsync(Process process, byte[]? input = null)
    {
        using var _ = process;
        using var output = new MemoryStream();
        using var limit = new CancellationTokenSource(Patience);
        var (read, error) = (process.StandardOutput.BaseStream.CopyToAsync(output, limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input, limit.Token);
            process.StandardInput.Close();
            await read;
            await process.WaitForExitAsync(limit.Token);
            return new ExecRun(process.ExitCode, output.ToArray(), await error);
        }
        finally
        {
            // Nothing of a run that does not end is left behind.
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A file in the folder; its path.</summary>
    protected string Write(string name, string content, bool isProgram = false)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (isProgram && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}

/// <summary>What a run of exec came to.</summary>
internal sealed record ExecRun(int Code, byte[] Bytes, string Error)
{
    private const string Shown = "pipeline-metrics: {";

    public string Out => Encoding.UTF8.GetString(Bytes);

    /// <summary>The records that a dry run showed.</summary>
    public IReadOnlyList<JsonElement> Records =>
        [.. Error.Split('\n').Where(line => line.StartsWith(Shown, StringComparison.Ordinal)).Select(line => JsonSerializer.Deserialize<JsonElement>(line[(Shown.Length - 1)..]))];

    public JsonElement Record => Records.ShouldHaveSingleItem();

    /// <summary>A field of the record as JSON; null when it has none.</summary>
    public string? this[string field] => Record.TryGetProperty(field, out var value) ? value.ToString() : null;
}
