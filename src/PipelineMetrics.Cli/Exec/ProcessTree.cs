using System.Globalization;

namespace PipelineMetrics.Cli.Exec;

/// <summary>
/// A process and all that it and those started, as they were found. Linux only: elsewhere it is the process alone. What is found is told
/// from a later process with the same number by when it began.
/// </summary>
internal sealed class ProcessTree
{
    private const string Proc = "/proc";
    private readonly ChildProcess _root;
    private readonly Dictionary<int, string> _below = [];

    public ProcessTree(ChildProcess root)
    {
        _root = root;
        Look();
    }

    /// <summary>Sends a signal to all that is there, what was started since it was made included.</summary>
    public void Signal(int signal)
    {
        Look();
        _root.TrySignal(signal);
        foreach (var (id, began) in _below)
        {
            if (Read(id) is { } now && now.Began == began) _ = Posix.Kill(id, signal);
        }
    }

    private void Look()
    {
        if (!OperatingSystem.IsLinux()) return;
        var all = new List<(int Id, int Parent, string Began)>();
        foreach (var directory in Directory.EnumerateDirectories(Proc))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            if (Read(id) is { } read) all.Add((id, read.Parent, read.Began));
        }
        var byParent = all.ToLookup(process => process.Parent);
        var parents = new Queue<int>([_root.Id, .. _below.Keys]);
        while (parents.TryDequeue(out var parent))
        {
            foreach (var (id, _, began) in byParent[parent].Where(child => _below.TryAdd(child.Id, child.Began))) parents.Enqueue(id);
        }
    }

    // After the name, which may hold anything: state, parent, and as the twentieth when it began.
    private static (int Parent, string Began)? Read(int id)
    {
        const int ParentAt = 1, BeganAt = 19;
        try
        {
            var line = File.ReadAllText($"{Proc}/{id}/stat");
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[ParentAt], CultureInfo.InvariantCulture), fields[BeganAt]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
