using Microsoft.AspNetCore.Builder;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class SettingsTests : IDisposable
{
    /// <summary>The configuration that must load as it is: only the sections limits, log and metrics mean something here.</summary>
    private const string Sample = """
        orchestrator: { poll_interval: 30, max_concurrent_tasks: 5, claude_timeout: 3600, stop_hook_file: .claude_stop }
        priority_weights: { urgency: 0.4, deadline: 0.3, sender: 0.3 }
        vip_senders: [ceo@company.com]
        metrics: { enabled: true, retention_days: 30, aggregation_interval: 300 }
        notifications: { enabled: true, webhook_url: "${PIPELINE_METRICS_TEST_UNSET}", events: [task_failed, health_degraded] }
        limits: { line_bytes: 4096 }
        log:
          directory: ${PIPELINE_METRICS_TEST_UNSET:-from-file}
          sync: 5m
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Defaults_work_without_any_setting()
    {
        var (limits, log, report) = Read();
        limits.BodyBytes.ShouldBe(1 << 20);
        limits.LineBytes.ShouldBe(256 << 10);
        limits.JsonDepth.ShouldBe(16);
        log.Directory.ShouldBe("api-logs");
        report.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void The_sample_file_loads_and_each_unused_section_warns_once()
    {
        var (limits, log, report) = Read("--config", Write(Sample));
        limits.LineBytes.ShouldBe(4096);
        log.Directory.ShouldBe("from-file");
        log.SyncInterval.ShouldBe(TimeSpan.FromMinutes(5));
        report.Warnings.Count(warning => warning.Contains("is not used")).ShouldBe(4);
        report.Warnings.Where(warning => warning.Contains("'metrics.")).ShouldBe(["unknown key 'metrics.enabled'", "unknown key 'metrics.aggregation_interval'"], ignoreOrder: true);
        report.Warnings.ShouldContain(warning => warning.Contains("notifications.webhook_url") && warning.Contains("PIPELINE_METRICS_TEST_UNSET"));
    }

    [Fact]
    public void The_command_line_wins_over_the_file()
    {
        var file = Write("limits: { line_bytes: 4096, json_depth: 8 }");
        var (limits, _, _) = Read("--config", file, "--limits:line_bytes", "8192");
        limits.LineBytes.ShouldBe(8192);
        limits.JsonDepth.ShouldBe(8);
    }

    [Theory]
    [InlineData("always", 0), InlineData("0", 0), InlineData("2.5", 2.5), InlineData("30s", 30), InlineData("5m", 300), InlineData("2h", 7200), InlineData("7d", 604800)]
    public void A_duration_is_seconds_or_has_a_unit(string given, double seconds) =>
        Read("--log:sync", given).Log.SyncInterval.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("log:sync", "5x"), InlineData("log:sync", "-1s"), InlineData("log:sync", "s"), InlineData("log:sync", ""), InlineData("log:sync", "99999999999d")]
    [InlineData("limits:json_depth", "3"), InlineData("limits:json_depth", "65"), InlineData("limits:json_depth", "8.0"), InlineData("limits:json_depth", "0x8")]
    [InlineData("metrics:retention_days", "0"), InlineData("metrics:retention_days", "36501"), InlineData("metrics:retention_days", "30d")]
    [InlineData("limits:body_bytes", "1023"), InlineData("limits:body_bytes", "1MiB"), InlineData("server:allow_anonymous_network", "yes")]
    public void A_value_that_breaks_its_rule_stops_the_start_and_is_named(string key, string value)
    {
        var wrong = Should.Throw<ConfigurationException>(() => Read($"--{key}", value));
        wrong.Key.ShouldBe(key.Replace(':', '.'));
        wrong.Rule.ShouldStartWith("must be");
        wrong.Value.ShouldBe(value);
    }

    [Theory]
    [InlineData("lgo:directory", "section 'lgo' is not used; did you mean 'log'?")]
    [InlineData("log:directroy", "unknown key 'log.directroy'; did you mean 'log.directory'?")]
    [InlineData("log:qqqqqqqqq", "unknown key 'log.qqqqqqqqq'")]
    [InlineData("limits:BodyBytes", "unknown key 'limits.bodybytes'; did you mean 'limits.body_bytes'?")]
    [InlineData("log", "section 'log' holds settings, it is none itself")]
    public void An_unknown_key_warns_with_the_nearest_known_one(string key, string warning) =>
        Read($"--{key}", "1").Report.Warnings.ShouldBe([warning]);

    [Theory]
    [InlineData("a: [1", "YAML"), InlineData("- 1", "sections"), InlineData("a: 1\n---\nb: 2", "one YAML document"), InlineData("a: 1\nA: 2", "given once")]
    public void A_file_that_cannot_be_read_stops_the_start(string yaml, string reason) =>
        Should.Throw<ConfigurationException>(() => Read("--config", Write(yaml))).Message.ShouldContain(reason);

    [Theory]
    [InlineData(""), InlineData("# nothing\n"), InlineData("log:\n"), InlineData("log: { directory: ~ }")]
    public void A_file_that_says_nothing_changes_nothing(string yaml) => Read("--config", Write(yaml)).Log.Directory.ShouldBe("api-logs");

    [Fact]
    public void A_named_file_must_exist() => Should.Throw<ConfigurationException>(() => Read("--config", "/nowhere.yaml")).Key.ShouldBe("config");

    [Theory]
    [InlineData("allowed_hosts: [a.example, '*.b.example']"), InlineData("allowed_hosts: 'a.example, *.b.example'")]
    public void A_list_is_a_list_or_one_text_with_commas(string setting)
    {
        var builder = Build("--config", Write($"server: {{ {setting} }}"));
        builder.OptionsOf<ServerOptions>().AllowedHosts.ShouldBe(["a.example", "*.b.example"]);
    }

    [Theory]
    [InlineData("$${HOME}", "${HOME}"), InlineData("${HOME:-x", "${HOME:-x"), InlineData("a${PIPELINE_METRICS_TEST_UNSET:-}b", "ab"), InlineData("plain", "plain")]
    public void Text_that_is_no_variable_stays(string text, string expected)
    {
        EnvironmentText.TryExpand(text, out var expanded, out _).ShouldBeTrue();
        expanded.ShouldBe(expected);
    }

    private string Write(string yaml)
    {
        var path = Path.Combine(_folder.FullName, "settings.yaml");
        File.WriteAllText(path, yaml);
        return path;
    }

    private static (LimitOptions Limits, LogOptions Log, SettingsReport Report) Read(params string[] args)
    {
        var builder = Build(args);
        return (builder.OptionsOf<LimitOptions>(), builder.OptionsOf<LogOptions>(), builder.OptionsOf<SettingsReport>());
    }

    private static WebApplicationBuilder Build(params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddSettings(args);
        return builder;
    }
}
