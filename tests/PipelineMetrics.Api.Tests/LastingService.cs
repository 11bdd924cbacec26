namespace PipelineMetrics.Api.Tests;

/// <summary>A service that can be restarted on its log, and whose time moves only when told.</summary>
internal sealed class LastingService : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-");
    private readonly Dictionary<string, string> _settings = [];
    private ServiceUnderTest? _service;

    public SteppingClock Clock { get; } = new();

    public string LogDirectory => Path.Combine(_folder.FullName, "api-logs");

    public DateTimeOffset Now => Clock.GetUtcNow();

    public HttpClient Client { get; private set; } = null!;

    public static async Task<LastingService> StartAsync(params (string Key, string Value)[] settings)
    {
        var lasting = new LastingService();
        foreach (var (key, value) in settings) lasting._settings[key] = value;
        await lasting.OpenAsync();
        return lasting;
    }

    /// <summary>Stops the service and starts another on the same log.</summary>
    public async Task RestartAsync()
    {
        await _service!.DisposeAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _service!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task OpenAsync()
    {
        _service = new ServiceUnderTest { Clock = Clock };
        foreach (var (key, value) in _settings) _service.Settings[key] = value;
        _service.Settings["log:directory"] = LogDirectory;
        Client = await _service.StartAsync();
    }
}

/// <summary>Time that moves only when told.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private long _ticks = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
