using System.Text.Json;

namespace PipelineMetrics.Cli.Tests.Verbs;

/// <summary>Sessions that agent programs keep, as an operator imports them.</summary>
public sealed class TranscriptImportTests : IDisposable
{
    private readonly LogFolder _log = new();
    private readonly LogFolder _home = new();

    public TranscriptImportTests()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home.Path, "projects", "-work"));
        File.WriteAllLines(Path.Combine(folder.FullName, "6f0e0000-0000-4000-8000-000000000001.jsonl"),
        [
            """{"type":"user","uuid":"u1","sessionId":"6f0e0000-0000-4000-8000-000000000001","timestamp":"2026-01-02T10:00:00.000Z","version":"2.0.1","message":{"role":"user","content":"do it"}}""",
            """{"type":"assistant","uuid":"a1","sessionId":"6f0e0000-0000-4000-8000-000000000001","timestamp":"2026-01-02T10:00:20.000Z","version":"2.0.1","requestId":"r1","message":{"id":"m1","model":"model-nobody-prices","stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":20},"content":[{"type":"text","text":"done"}]}}""",
            "nonsense",
        ]);
    }

    [Fact]
    public async Task Sessions_become_completions_once_however_often()
    {
        var first = await ImportAsync("--type", "impl", "--json");
        var again = await ImportAsync("--type", "impl", "--json");

        first.Error.ShouldBeEmpty();
        first.ExitCode.ShouldBe(0);
        var told = JsonElement.Parse(first.Out);
        told.GetProperty("import").GetProperty("imported").GetInt64().ShouldBe(1);
        told.GetProperty("transcripts").GetProperty("skipped").GetInt64().ShouldBe(1);
        told.GetProperty("transcripts").GetProperty("unpriced_models")[0].GetProperty("model").GetString().ShouldBe("model-nobody-prices");
        JsonElement.Parse(again.Out).GetProperty("import").GetProperty("duplicate").GetInt64().ShouldBe(1);
        var line = JsonElement.Parse(File.ReadAllLines(Path.Combine(_log.Path, "metrics.jsonl")).ShouldHaveSingleItem());
        line.GetProperty("task_type").GetString().ShouldBe("impl");
        line.GetProperty("source").GetString().ShouldBe("import");
        line.GetProperty("duration_seconds").GetInt32().ShouldBe(20);
        line.TryGetProperty("actual_cost_usd_micros", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Prices_of_ones_own_give_a_cost()
    {
        var prices = Path.Combine(_home.Path, "prices.json");
        await File.WriteAllTextAsync(prices, """{"as_of":"2026-01-01","models":{"model-nobody-prices":{"input":1,"output":2}}}""");

        await ImportAsync("--prices", prices);

        File.ReadAllText(Path.Combine(_log.Path, "metrics.jsonl")).ShouldContain("\"actual_cost_usd_micros\":50");
    }

    [Fact]
    public async Task A_person_is_shown_what_was_not_understood_and_what_has_no_price()
    {
        var run = await ImportAsync("--dry-run");

        run.Out.ShouldContain("lines not understood");
        run.Out.ShouldContain("no price: model-nobody-prices (1 completion without a cost)");
        run.Out.ShouldContain("would be imported");
        (await ImportAsync("--json")).Out.ShouldContain("\"imported\":1");
    }

    [Fact]
    public async Task A_program_nobody_knows_and_a_place_without_sessions_are_said()
    {
        (await CliRun.OfAsync("import", "--transcripts", "emacs", "--log", _log.Path)).ExitCode.ShouldBe(2);
        var nowhere = await CliRun.OfAsync("import", "--transcripts", "aider", "--log", _log.Path);
        nowhere.ExitCode.ShouldBe(1);
        nowhere.Error.ShouldContain("aider keeps no sessions here");
        (await CliRun.OfAsync("import", "--transcripts", "codex", "--from-git", ".", "--log", _log.Path)).ExitCode.ShouldBe(2);
    }

    public void Dispose()
    {
        _log.Dispose();
        _home.Dispose();
    }

    private Task<CliRun> ImportAsync(params string[] more) =>
        CliRun.WithAsync(new() { ["CLAUDE_CONFIG_DIR"] = _home.Path }, ["import", "--transcripts", "claude_code", "--log", _log.Path, .. more]);
}
