using Microsoft.AspNetCore.Builder;
using PipelineMetrics.Alerting;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Tests.Webhooks;

/// <summary>Who is told what, as the settings say it.</summary>
public sealed class WebhookSettingsTests : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-metrics-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_sample_loads_as_it_is_and_is_off_without_its_variable()
    {
        const string Sample = """notifications: { enabled: true, webhook_url: "${PIPELINE_METRICS_TEST_UNSET}", events: [task_failed, health_degraded, orchestrator_stopped] }""";
        Read(Sample, out var warnings).Targets.ShouldBeEmpty();
        warnings.ShouldHaveSingleItem().ShouldContain("PIPELINE_METRICS_TEST_UNSET");
        var plan = Read(Sample.Replace("${PIPELINE_METRICS_TEST_UNSET}", "https://hooks.slack.com/services/T/B/x"), out warnings);
        warnings.ShouldBeEmpty();
        var target = plan.Targets.ShouldHaveSingleItem();
        (target.Name, target.Shown).ShouldBe(("default", "https://hooks.slack.com"));
        target.Events.ShouldBe(["task_failed", "health_degraded", "orchestrator_stopped"], ignoreOrder: true);
    }

    [Fact]
    public void Several_targets_have_their_own_secrets_and_events()
    {
        var plan = Read($$"""
            notifications:
              webhook_url: https://one.example/hook
              secret: [{{Secret}}, {{Secret}}]
              max_attempts: 3
              webhooks:
                - { name: two, url: "https://two.example/hook", events: [alert_fired], secret: {{Secret}} }
                - { name: off, url: "${PIPELINE_METRICS_TEST_UNSET}" }
            """, out var warnings);
        plan.Targets.Select(target => target.Name).ShouldBe(["default", "two"]);
        plan.Targets[1].Events.ShouldBe(["alert_fired"]);
        plan.MaxAttempts.ShouldBe(3);
        warnings.ShouldHaveSingleItem();
    }

    [Fact]
    public void Disabled_is_off() => Read("notifications: { enabled: false, webhook_url: 'file:///etc/passwd' }", out _).Targets.ShouldBeEmpty();

    [Theory]
    [InlineData("webhook_url: 'http://127.0.0.1:9000/secret'", "notifications.webhook_url", "local network")]
    [InlineData("webhook_url: 'http://localhost:5080/secret', allow_private_addresses: true", "notifications.webhook_url", "this service itself")]
    [InlineData("webhook_url: 'ftp://example.com/secret'", "notifications.webhook_url", "must begin with")]
    [InlineData("webhook_url: 'https://example.com:22/secret'", "notifications.webhook_url", "port")]
    [InlineData("webhook_url: \"https://example.com/secret\\r\\nX: y\"", "notifications.webhook_url", "line ends")]
    [InlineData("webhook_url: 'https://example.com/secret', secret: \"whsec_secret\\r\\nX: y\"", "notifications.secret", "24 to 64 bytes")]
    [InlineData("webhook_url: 'https://example.com/secret', events: [task_filed]", "notifications.events", "task_failed")]
    [InlineData("webhooks: [{ url: 'https://example.com/secret' }]", "notifications.webhooks.0.name", "1 to 100")]
    [InlineData("webhooks: [{ name: default, url: 'https://example.com/secret' }]", "notifications.webhooks.0.name", "webhook_url")]
    [InlineData("webhooks: [{ name: a, ulr: 'https://example.com/secret' }]", "notifications.webhooks.0.ulr", "not known")]
    [InlineData("webhooks: [{ name: a }, { name: a }]", "notifications.webhooks.name", "different")]
    [InlineData("max_attempts: 0", "notifications.max_attempts", "between"), InlineData("timeout: 31", "notifications.timeout", "between")]
    public void What_breaks_a_rule_stops_the_start_and_tells_no_secret(string settings, string key, string rule)
    {
        var wrong = Should.Throw<ConfigurationException>(() => Read($"notifications: {{ {settings} }}", out _));
        wrong.Key.ShouldBe(key);
        wrong.Message.ShouldContain(rule);
        wrong.Message.ShouldNotContain("secret'");
        wrong.Message.ShouldNotContain("/secret");
    }

    [Fact]
    public void A_rule_of_an_alert_has_defaults_and_everything_can_be_said()
    {
        var plan = Read("""
            alerts:
              - { name: errors, metric: error_rate, above: 0.2 }
              - { name: slow, metric: p95_seconds, above: 600, clear: 500, window: 24h, min_n: 5, every: 1m, task_type: [impl, spec], model: m }
              - { name: quiet, metric: throughput_per_hour, below: 1 }
            """, out var warnings);
        warnings.ShouldBeEmpty();
        plan.Rules.Select(rule => (rule.Name, rule.FiresAbove, rule.Threshold, rule.Clear, rule.MinN, rule.Window.TotalHours, rule.Every.TotalSeconds)).ShouldBe(
        [
            ("errors", true, 0.2m, 0.2m, 10, 1, 10), ("slow", true, 600, 500, 5, 24, 60), ("quiet", false, 1, 1, 0, 1, 10),
        ]);
        plan.Rules[1].Filters.SelectMany(filter => filter.Values).ShouldBe(["impl", "spec", "m"]);
    }

    [Theory]
    [InlineData("metric: error_rate, above: 0.1, below: 0.2", "above"), InlineData("metric: error_rate", "above"), InlineData("metric: errors, above: 1", "metric")]
    [InlineData("metric: error_rate, above: x", "above"), InlineData("metric: error_rate, above: -1", "above"), InlineData("metric: error_rate, above: 0.1, clear: 0.2", "clear")]
    [InlineData("metric: error_rate, below: 0.1, clear: 0.05", "clear"), InlineData("metric: error_rate, above: 1, window: 1s", "window"), InlineData("metric: error_rate, above: 1, every: 2d", "every")]
    [InlineData("metric: error_rate, above: 1, min_n: -1", "min_n"), InlineData("metric: error_rate, above: 1, windw: 1h", "windw")]
    public void An_alert_that_makes_no_sense_stops_the_start(string rule, string member) =>
        Should.Throw<ConfigurationException>(() => Read($"alerts: [{{ name: a, {rule} }}]", out _)).Key.ShouldBe($"alerts.0.{member}");

    private NotificationPlan Read(string yaml, out IReadOnlyList<string> warnings)
    {
        var path = Path.Combine(_folder.FullName, "settings.yaml");
        File.WriteAllText(path, yaml);
        string[] args = ["--config", path];
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPipelineMetrics(args);
        warnings = builder.OptionsOf<SettingsReport>().Warnings;
        return builder.OptionsOf<NotificationPlan>();
    }
}
