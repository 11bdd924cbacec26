using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineMetrics.Cli.Verbs;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Tests.Verbs;

public class RecordTests
{
    private static readonly string[] Least = ["--task", "t-1", "--duration-seconds", "73.5", "--status", "completed"];

    [Fact]
    public async Task What_is_recorded_is_in_the_log_and_in_the_figures()
    {
        using var log = new LogFolder();

        var run = await CliRun.OfAsync(["record", .. Least, "--tokens-in", "5000", "--tokens-out", "2000", "--id", "run-1", "--log", log.Path]);

        run.ShouldBe(new CliRun(0, "recorded run-1\n", ""));
        var line = JsonDocument.Parse(File.ReadAllLines(Path.Combine(log.Path, "metrics.jsonl")).ShouldHaveSingleItem()).RootElement;
        line.GetProperty("task_id").GetString().ShouldBe("t-1");
        line.GetProperty("duration_seconds").GetDecimal().ShouldBe(73.5m);
        line.GetProperty("actual_input_tokens").GetInt64().ShouldBe(5000);
        line.GetProperty("actual_output_tokens").GetInt64().ShouldBe(2000);
        (await CliRun.OfAsync("metrics", "--log", log.Path, "--json")).Out.ShouldContain("\"completed\":1");
    }

    [Fact]
    public async Task The_same_id_again_is_stored_once_and_said()
    {
        using var log = new LogFolder();
        string[] record = ["record", .. Least, "--id", "run-1", "--log", log.Path];
        await CliRun.OfAsync(record);

        (await CliRun.OfAsync(record)).Out.ShouldBe("run-1 was recorded before\n");

        (await CliRun.OfAsync([.. record, "--model", "another"])).ExitCode.ShouldBe(4);
    }

    [Fact]
    public void Every_field_of_a_completion_is_an_option()
    {
        var fields = typeof(CompletionRequest).GetProperties().Select(p => p.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name).Except(["metadata"]);

        fields.Except(RecordFields.All.Select(field => field.Name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_option_reaches_the_service_under_a_name_it_knows()
    {
        var given = RecordFields.All.Where(f => f.Name is not ("revises" or "revision")).SelectMany(f => new[] { f.OptionName, ValueOf(f) });

        using var log = new LogFolder();
        var run = await CliRun.OfAsync(["record", .. given, "--metadata", "key=value=more", "--strict", "--log", log.Path]);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(log.Path, "metrics.jsonl")).ShouldContain("\"metadata\":{\"key\":\"value=more\"}");
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_be_sent_and_sends_nothing()
    {
        using var log = new LogFolder();

        var run = await CliRun.OfAsync(["record", .. Least, "--id", "x", "--dry-run", "--log", log.Path]);

        run.Out.ShouldBe("""{"task_id":"t-1","duration_seconds":73.5,"status":"completed","id":"x"}""" + "\n");
        Directory.GetFileSystemEntries(log.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_gets_no_answer_is_told_the_id_that_makes_asking_again_safe()
    {
        var run = await CliRun.OfAsync(["record", .. Least, "--url", "http://127.0.0.1:1"]);

        run.ExitCode.ShouldBe(3);
        run.Error.ShouldMatch("Recording it again with --id [0-9a-f-]{36} stores it once");
    }

    [Theory]
    [InlineData("--turns: 'many' is no number", "--turns", "many")]
    [InlineData("--quality-gate-passed: 'yes' must be true or false", "--quality-gate-passed", "yes")]
    [InlineData("--model: give it once", "--model", "a", "--model", "b")]
    [InlineData("--metadata: 'novalue' must be KEY=VALUE", "--metadata", "novalue")]
    public async Task What_cannot_be_sent_ends_with_2_and_its_name(string message, params string[] wrong)
    {
        var run = await CliRun.OfAsync(["record", .. Least, .. wrong, "--url", "http://127.0.0.1:1"]);

        run.ShouldBe(new CliRun(2, "", $"pipeline-metrics: {message}\n"));
    }

    [Fact]
    public async Task What_breaks_a_rule_ends_with_4_and_the_rule()
    {
        using var log = new LogFolder();

        var run = await CliRun.OfAsync("record", "--task", "t", "--status", "done", "--duration-seconds", "-1", "--log", log.Path);

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("status: ");
        run.Error.ShouldContain("duration_seconds: ");
    }

    private static string ValueOf(RecordField field) => field.Name switch
    {
        "duration_seconds" => "10",
        "status" => "completed",
        "outcome" => "success",
        "created_at" or "started_at" => "2026-01-02T03:04:05Z",
        "cost_source" => "reported",
        "source" => "exec",
        "actual_cost_usd_micros" => "1000000",
        "context_utilization_final" => "0.5",
        "quality_gates_run" or "quality_gates_failed" => "build",
        "reasoning_tokens" or "tool_errors" => "0",
        _ => field.Kind switch { FieldKind.Number => "1", FieldKind.Flag => "false", _ => "text" },
    };
}
