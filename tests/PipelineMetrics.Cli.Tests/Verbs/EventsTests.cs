namespace PipelineMetrics.Cli.Tests.Verbs;

public sealed class EventsTests : IDisposable
{
    private readonly FakeTerminal _terminal = new() { Clock = new HastyClock() };

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task Who_follows_gets_every_line_once_over_streams_that_end_anywhere()
    {
        await using var service = await CannedService.StartAsync();
        service.Streams.Enqueue($"{Line(299)}\n\n{Line(300)}\n{Line(301)[..20]}");
        service.Streams.Enqueue($"{Line(301)}\n");

        await FollowUntilAsync(service, "\"seq\":301", "--json", "--chain-id", "c");

        _terminal.Text.TrimEnd('\n').Split('\n').ShouldBe([Line(299), Line(300), Line(301)]);
        service.Asked.ShouldBe(
        [
            "/api/agent/events?order=desc&limit=1",
            "/api/agent/events?chain_id=c&follow=true&cursor=298",
            "/api/agent/events?chain_id=c&follow=true&cursor=300",
            "/api/agent/events?chain_id=c&follow=true&cursor=301",
        ]);
    }

    [Fact]
    public async Task Following_begins_where_a_range_or_a_cursor_says()
    {
        await using var service = await CannedService.StartAsync();
        service.Streams.Enqueue($"{Line(7)}\n");
        await FollowUntilAsync(service, "task-7", "--since", "7d");

        service.Asked.First().ShouldBe("/api/agent/events?since=7d&follow=true");
        service.Asked.Last().ShouldBe("/api/agent/events?since=7d&follow=true&cursor=7");
    }

    [Fact]
    public async Task Lines_are_shown_as_they_come_for_people()
    {
        await using var service = await CannedService.StartAsync();
        service.Streams.Enqueue(Line(7).Replace("task-7", "\\u001b[2J[red]", StringComparison.Ordinal) + "\n");

        await FollowUntilAsync(service, "task:started", "--cursor", "6", "--no-color");

        _terminal.Text.ShouldStartWith("2026-01-31 10:00:00  task:started");
        _terminal.Text.ShouldContain("␛[2J[red]");
    }

    [Theory]
    [InlineData("--log", "x")]
    [InlineData("--limit", "3")]
    [InlineData("--order", "desc")]
    public async Task What_makes_no_sense_with_follow_is_a_mistake(string option, string value)
    {
        var run = await CliRun.OfAsync("events", "--follow", option, value);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("--follow: ");
    }

    [Fact]
    public async Task A_service_that_is_not_there_cannot_be_followed() =>
        (await CliRun.OfAsync("events", "-f", "--url", "http://127.0.0.1:1")).ExitCode.ShouldBe(3);

    private static string Line(int seq) =>
        $$"""{"id":"e-{{seq}}","timestamp":"2026-01-31T10:00:00.000Z","event_type":"task:started","entity_type":"task","entity_id":"task-{{seq}}","seq":{{seq}},"crc":"00000000"}""";

    /// <summary>Follows until a text is shown and the service is asked for what comes after everything.</summary>
    private async Task FollowUntilAsync(CannedService service, string text, params string[] words)
    {
        using var stop = new CancellationTokenSource();
        var running = CommandTree.RunAsync(["events", "--follow", "--url", service.Url, .. words], _terminal.Shell(), stop.Token);
        await _terminal.WhenAsync(terminal => terminal.Text.Contains(text, StringComparison.Ordinal));
        await service.StreamOpen;
        await stop.CancelAsync();
        (await running).ShouldBe(130);
    }
}
