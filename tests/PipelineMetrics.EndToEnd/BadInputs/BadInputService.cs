using System.Net;
using System.Net.Http.Headers;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>One service that is given the whole corpus.</summary>
public class BadInputService : IAsyncLifetime
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
        _service = await ServiceProcess.StartAsync(Start(_folder));
        if (Key is not null) _service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        PeakBefore = await PeakMemory.OfAsync(Process.Id);
    }

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private protected virtual ServiceStart Start(TestFolder folder) => new(folder);

    /// <summary>What opens the service to whoever looks after it in the tests.</summary>
    private protected virtual string? Key => null;

    /// <summary>Sends an input and looks at all that it may and may not do.</summary>
    internal async Task JudgeAsync(BadInput input)
    {
        var (answer, lines) = await SendAsync(input);
        var what = $"{input.Id} {input.Title}: {answer.Status} {answer.Body}";
        if (answer.Status == 0) input.MayClose.ShouldBeTrue(what);
        else input.Statuses.ShouldContain(answer.Status, what);
        ShouldSayWhy(input, answer, what);
        if (input.Holds is { } text) answer.Body.ShouldContain(text, Case.Sensitive, what);
        answer.Body.ShouldNotContain("never-echoed");
        lines.ShouldBe(input.Lines, $"lines of the log after {what}");
        (await Process.Http.ReadinessAsync()).Text("status").ShouldBe("ready", what);
        using var other = new HttpClient { BaseAddress = Address };
        other.DefaultRequestHeaders.Authorization = Process.Http.DefaultRequestHeaders.Authorization;
        (await other.MetricsAsync()).Status.ShouldBe(HttpStatusCode.OK, $"a good question after {what}");
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

    private static void ShouldSayWhy(BadInput input, RawAnswer answer, string what)
    {
        if (answer.Status < 400) return;
        if (input.Code == BadInput.Bare)
        {
            answer.Body.ShouldBeEmpty(what);
            return;
        }
        answer.IsProblem.ShouldBeTrue(what);
        answer.Code.ShouldNotBeNullOrEmpty(what);
        if (input.Code is { } code) answer.Code.ShouldBe(code, what);
    }

    private static int CountLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes.AsSpan().Count((byte)'\n');
    }
}
