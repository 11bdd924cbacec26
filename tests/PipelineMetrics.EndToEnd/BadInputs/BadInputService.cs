using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>One service that is given the whole corpus.</summary>
public sealed class BadInputService : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private ServiceProcess? _service;

    internal ServiceProcess Process => _service!;

    internal Uri Address => Process.Http.BaseAddress!;

    internal string Log => _folder.Log;

    /// <summary>Lines the log must have after all that was sent so far.</summary>
    internal int ExpectedLines { get; private set; }

    /// <summary>What the service held at most before the first input.</summary>
    internal long PeakBefore { get; private set; }

    public async Task InitializeAsync()
    {
        _service = await ServiceProcess.StartAsync(_folder);
        PeakBefore = await PeakMemory.OfAsync(Process.Id);
    }

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Sends an input as it is.</summary>
    /// <returns>The answer to its last request, and by how many lines the log grew.</returns>
    internal async Task<(RawAnswer Answer, int Lines)> SendAsync(BadInput input)
    {
        var before = CountLines();
        foreach (var request in input.Requests.SkipLast(1))
            (await RawExchange.SendAsync(Address, BadInput.ToBytes(request))).Status.ShouldBeInRange(200, 299, "what prepares the input");
        var answer = await RawExchange.SendAsync(Address, BadInput.ToBytes(input.Requests[^1]));
        ExpectedLines += input.Lines;
        return (answer, CountLines() - before);
    }

    /// <summary>Lines of both files of the log.</summary>
    internal int CountLines() => Directory.GetFiles(Log, "*.jsonl").Sum(CountLines);

    private static int CountLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes.AsSpan().Count((byte)'\n');
    }
}
