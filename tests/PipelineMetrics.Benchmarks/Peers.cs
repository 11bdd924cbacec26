using System.Diagnostics;
using System.Globalization;

namespace PipelineMetrics.Benchmarks;

/// <summary>The other products on the same records, by the scripts in <c>peers/</c>.</summary>
internal sealed class Peers : IDisposable
{
    private static readonly string[] Names = ["clickhouse", "duckdb", "postgresql"];
    private readonly Bench _bench;
    private readonly Dictionary<string, string> _prepared = [];
    private readonly Dictionary<string, string> _missing = [];

    public Peers(Bench bench)
    {
        _bench = bench;
        foreach (var name in Names)
        {
            var (code, said) = Call(name, "available");
            if (code != 0) _missing[name] = $"{name} is not here ({said.Trim()})";
        }
    }

    /// <summary>Why a peer cannot be measured; null when it can.</summary>
    public string? Missing(string peer) => _missing.GetValueOrDefault(peer);

    /// <summary>Measures one of the things that <c>peers/README.md</c> lists.</summary>
    public Task<double> RunAsync(string peer, string measure) => Task.Run(() =>
    {
        var (code, said) = Call(peer, "run", measure, Prepared(peer));
        return code == 0 ? double.Parse(said.Trim(), CultureInfo.InvariantCulture) : throw new InvalidOperationException($"{peer} {measure}: {said}");
    });

    public void Dispose()
    {
        foreach (var (peer, directory) in _prepared) Call(peer, "stop", directory);
    }

    private string Prepared(string peer)
    {
        if (_prepared.TryGetValue(peer, out var directory)) return directory;
        _bench.Say($"{peer} is prepared");
        directory = _bench.NewDirectory(peer);
        var (code, said) = Call(peer, "prepare", Records.FileOf(_bench, withIds: false), directory);
        if (code != 0) throw new InvalidOperationException($"{peer}: {said}");
        return _prepared[peer] = directory;
    }

    private static (int Code, string Said) Call(string peer, params string[] arguments)
    {
        var script = new ProcessStartInfo(Path.Combine(ScriptDirectory(), peer), arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(script)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private static string ScriptDirectory()
    {
        var directory = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(directory, "peers"))) directory = Path.GetDirectoryName(directory)!;
        return Path.Combine(directory, "peers");
    }
}
