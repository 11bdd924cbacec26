using Microsoft.AspNetCore.Builder;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class SettingsTests : IDisposable
{
    /// <summary>The configuration that must load as it is, with sections that mean nothing here.</summary>
    private const string Sample = """
        orchestrator: { poll_interval: 30, max_concurrent_tasks: 5, claude_timeout: 3600, stop_hook_file: .claude_stop }
        priority_weights: { urgency: 0.4, deadline: 0.3, sender: 0.3 }
        vip_senders: [ceo@company.com]
        metrics: { enabled: true, retention_days: 30, aggregation_interval: 300 }
        notifications: { enabled: true, webhook_url: "${PIPELINE_METRICS_TEST_UNSET}", events: [task_failed, health_degraded] }
        health_check: { max_backlog: 20, max_error_rate: 0.10, max_idle_time: 3600 }
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
        report.Warnings.Count(warning => warning.Contains("is not used")).ShouldBe(1);
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

    [Fact]
    public void The_queue_is_ordered_by_the_weights_and_senders_of_the_file()
    {
        var builder = Build("--config", Write("priority_weights: { urgency: 0.7, sender: 0 }\nvip_senders: [ceo@company.com]\nqueue: { age_boost: { 12h: 1, 2d: 3.5 } }"));
        var weights = builder.OptionsOf<PriorityWeights>();
        (weights.Urgency, weights.Deadline, weights.Sender).ShouldBe((0.7, 0.3, 0));
        builder.OptionsOf<VipSenders>().Senders.ShouldBe(["ceo@company.com"]);
        builder.OptionsOf<QueueOptions>().AgeBoost.ShouldBe(new Dictionary<TimeSpan, double> { [TimeSpan.FromHours(12)] = 1, [TimeSpan.FromDays(2)] = 3.5 });
        builder.OptionsOf<SettingsReport>().Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_task_type_has_the_retry_settings_it_is_given_and_no_others()
    {
        var builder = Build("--config", Write("retry: { max_attempts: 4, by_task_type: { impl: { max_attempts: 2, max_backoff: 5m }, code.review: { initial_backoff: 10 } } }"), "--retry:by_task_type:impl:max_backoff", "6m");
        var retry = builder.OptionsOf<RetryOptions>();
        retry.MaxAttempts.ShouldBe(4);
        retry.ByTaskType.Keys.Order().ShouldBe(["code.review", "impl"]);
        var impl = retry.ByTaskType["IMPL"];
        (impl.MaxAttempts, impl.InitialBackoff, impl.BackoffMultiplier, impl.MaxBackoff).ShouldBe((2, null, null, TimeSpan.FromMinutes(6)));
        retry.ByTaskType["code.review"].InitialBackoff.ShouldBe(TimeSpan.FromSeconds(10));
        builder.OptionsOf<SettingsReport>().Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("queue:age_boost:1x", "1", "queue.age_boost.1x", "must be seconds or a duration such as 30s, 5m, 2h or 7d")]
    [InlineData("queue:age_boost:1d", "much", "queue.age_boost.1d", "must be a number")]
    [InlineData("queue:age_boost:1d", "-1", "queue.age_boost", "must be between 0 and 1000000")]
    [InlineData("queue:age_boost", "5", "queue.age_boost", "must hold names with values")]
    [InlineData("retry:by_task_type:impl", "5", "retry.by_task_type.impl", "must hold settings")]
    [InlineData("retry:by_task_type:impl:max_attempts", "0", "retry.by_task_type.impl.max_attempts", "must be between 1 and 100")]
    [InlineData("retry:by_task_type:impl:max_backoff", "8d", "retry.by_task_type.impl.max_backoff", "must be between 00:00:00 and 7.00:00:00")]
    [InlineData("priority_weights:urgency", "-0.1", "priority_weights.urgency", "must be between 0 and 1000000")]
    public void A_map_that_breaks_a_rule_stops_the_start_and_names_the_entry(string key, string value, string named, string rule)
    {
        var wrong = Should.Throw<ConfigurationException>(() => Read($"--{key}", value));
        (wrong.Key, wrong.Rule).ShouldBe((named, rule));
    }

    [Fact]
    public void A_step_that_is_given_twice_under_two_names_stops_the_start() =>
        Should.Throw<ConfigurationException>(() => Read("--queue:age_boost:24h", "1", "--queue:age_boost:1d", "2")).Rule.ShouldBe("must be given once");

    [Theory]
    [InlineData("retry:by_task_type:impl:max_attempt", "unknown key 'retry.by_task_type.impl.max_attempt'; did you mean 'retry.by_task_type.impl.max_attempts'?")]
    [InlineData("retry:by_task_type:impl:max_attempts:x", "unknown key 'retry.by_task_type.impl.max_attempts.x'; did you mean 'retry.by_task_type.impl.max_attempts'?")]
    [InlineData("retry:by_task_typ:impl:max_attempts", "unknown key 'retry.by_task_typ'; did you mean 'retry.by_task_type'?")]
    [InlineData("vip_sender", "section 'vip_sender' is not used; did you mean 'vip_senders'?")]
    public void An_unknown_key_inside_a_map_warns_too(string key, string warning) => Read($"--{key}", "1").Report.Warnings.ShouldBe([warning]);

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
