namespace PipelineMetrics.Cli.Tests.Verbs;

public sealed class WatchTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task A_service_that_goes_away_is_told_of_above_what_was_seen_last_and_picked_up_again()
    {
        await using var service = await CannedService.StartAsync();
        var running = CommandTree.RunAsync(["dashboard", "--url", service.Url, "--interval-seconds", "0.2", "--no-color"], _terminal.Shell());
        await _terminal.WhenAsync(terminal => terminal.Text.Contains("queued-14", StringComparison.Ordinal));

        service.IsAway = true;
        await _terminal.WhenAsync(terminal => terminal.Text.StartsWith($"{service.Url} cannot be reached", StringComparison.Ordinal));
        _terminal.Text.ShouldContain("queued-14");
        service.IsAway = false;
        await _terminal.WhenAsync(terminal => terminal.Text.StartsWith("running", StringComparison.Ordinal));

        _terminal.Press('q');
        (await running).ShouldBe(0);
        _terminal.ShowsThePage.ShouldBeFalse();
        _terminal.ShowsTheCursor.ShouldBeTrue();
    }

    [Fact]
    public async Task A_service_that_is_not_there_yet_is_waited_for()
    {
        await using var service = await CannedService.StartAsync();
        service.IsAway = true;
        var running = CommandTree.RunAsync(["queue", "-w", "--url", service.Url, "--interval-seconds", "0.2"], _terminal.Shell());
        await _terminal.WhenAsync(terminal => terminal.Text.Contains("cannot be reached", StringComparison.Ordinal));

        service.IsAway = false;
        await _terminal.WhenAsync(terminal => terminal.Text.Contains("pending", StringComparison.Ordinal));

        _terminal.Press('q');
        (await running).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_refused_at_once_ends_a_watch()
    {
        await using var service = await CannedService.StartAsync();
        service.Instead["queue"] = (400, "application/problem+json", """{"detail":"no such thing"}""");

        var code = await CommandTree.RunAsync(["queue", "--watch", "--url", service.Url], _terminal.Shell());

        code.ShouldBe(4);
        _terminal.ShowsThePage.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_refused_later_may_pass_and_ends_nothing()
    {
        await using var service = await CannedService.StartAsync();
        var running = CommandTree.RunAsync(["queue", "--watch", "--url", service.Url, "--interval-seconds", "0.2"], _terminal.Shell());
        await _terminal.WhenAsync(terminal => terminal.Text.Contains("pending", StringComparison.Ordinal));

        service.Instead["queue"] = (500, "application/problem+json", """{"detail":"a bad \u001b[2J moment"}""");
        await _terminal.WhenAsync(terminal => terminal.Text.StartsWith("a bad ␛[2J moment", StringComparison.Ordinal));
        service.Instead.Clear();
        await _terminal.WhenAsync(terminal => terminal.Text.StartsWith("19 pending", StringComparison.Ordinal));

        _terminal.Press('q');
        (await running).ShouldBe(0);
    }

    [Fact]
    public async Task A_page_of_another_size_is_laid_out_anew()
    {
        await using var service = await CannedService.StartAsync();
        var running = CommandTree.RunAsync(["dashboard", "--url", service.Url], _terminal.Shell());
        await _terminal.WhenAsync(terminal => terminal.Text.Contains("queued-14", StringComparison.Ordinal));
        var narrow = _terminal.Text;

        _terminal.Resize(160, 40);

        // Two columns: the first of both lists stand side by side.
        _terminal.Text.Split('\n').ShouldContain(line => line.StartsWith("queue ", StringComparison.Ordinal) && line.Contains("runner", StringComparison.Ordinal) && line.Length > 90);
        _terminal.Resize(80, 24);
        _terminal.Text.ShouldBe(narrow);
        _terminal.Press('q');
        await running;
    }

    [Theory]
    [InlineData("dumb", "")]
    [InlineData("xterm", "--json")]
    public async Task Where_nothing_can_be_drawn_answers_come_one_after_the_other(string term, string option)
    {
        await using var service = await CannedService.StartAsync();
        string[] words = ["health", "--watch", "--interval-seconds", "0.2", "--url", service.Url, .. option.Length > 0 ? [option] : Array.Empty<string>()];
        using var stop = new CancellationTokenSource();
        var running = CommandTree.RunAsync(words, _terminal.Shell(("TERM", term)), stop.Token);
        await _terminal.WhenAsync(_ => service.Asked.Count > 2);

        await stop.CancelAsync();
        (await running).ShouldBe(130);
        _terminal.Text.ShouldContain("unhealthy");
        _terminal.RowsWritten.ShouldBe(0);
    }
}
