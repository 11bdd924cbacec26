using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Alerting;
using PipelineMetrics.Analysis;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Contracts;
using PipelineMetrics.Health;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Pricing;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Tests;

/// <summary>What the documentation must not forget when the code changes.</summary>
public sealed class DocsTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../.."));

    [Theory]
    [InlineData("server", typeof(ServerOptions))]
    [InlineData("limits", typeof(LimitOptions))]
    [InlineData("recording", typeof(RecorderOptions))]
    [InlineData("retry", typeof(RetryOptions))]
    [InlineData("queue", typeof(QueueOptions))]
    [InlineData("priority_weights", typeof(PriorityWeights))]
    [InlineData("retry.by_task_type.<type>", typeof(TypeRetryOptions))]
    [InlineData("predictions", typeof(PredictionOptions))]
    [InlineData("health_check", typeof(HealthOptions))]
    [InlineData("pricing", typeof(PricingOptions))]
    [InlineData("notifications", typeof(NotificationOptions))]
    [InlineData("log", typeof(LogOptions))]
    [InlineData("dashboard", typeof(DashboardOptions))]
    [InlineData("metrics", typeof(RetentionOptions))]
    public void Every_setting_has_a_row(string section, Type options)
    {
        var page = Doc("configuration.md");
        foreach (var property in options.GetProperties().Where(p => p.CanWrite))
        {
            var key = property.Name == nameof(LogOptions.SyncInterval) ? "sync" : SettingKey.Of(property.Name).Key;
            page.ShouldContain($"| `{section}.{key}` |");
        }
        page.ShouldContain("| `vip_senders` |");
    }

    [Fact]
    public void Every_error_code_says_what_to_do()
    {
        var page = Doc("troubleshooting.md");
        var code = new Regex("""(?:Verdict\.\w+, |Problems\.Result\([^,]+,\s*|Rejection\.\w+\(|Conflict\(|BrokenLine\(|\] = \()"([a-z]+(?:_[a-z]+)+)" """.TrimEnd());
        var codes = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(f => code.Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)).Distinct().ToList();
        codes.Count.ShouldBeGreaterThan(25);
        codes.Where(c => !page.Contains($"`{c}`", StringComparison.Ordinal) && !NotRaisedYet.Contains(c)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_field_parameter_and_route_is_described()
    {
        var page = Doc("api.md");
        foreach (var property in typeof(CompletionRequest).GetProperties())
            page.ShouldContain($"`{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}`");
        foreach (var dimension in Dimensions.All) page.ShouldContain($"`{Dimensions.NameOf(dimension)}`");
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(Here(), "OpenApi", "openapi.json")))!;
        foreach (var (path, _) in document["paths"]!.AsObject()) page.ShouldContain(path);
    }

    [Fact]
    public void Every_health_check_says_what_to_do()
    {
        var facts = new HealthFacts { Now = DateTimeOffset.UnixEpoch, ListeningSince = DateTimeOffset.UnixEpoch };
        foreach (var check in HealthChecks.Of(facts, new HealthOptions()))
        {
            Doc("troubleshooting.md").ShouldContain($"| `{check.Name}` |");
            Doc("api.md").ShouldContain($"| `{check.Name}` |");
        }
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Root, "README.md")))
        {
            foreach (Match link in Regex.Matches(File.ReadAllText(page), @"\]\((?!https?://)([^)#]+)"))
                Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link.Groups[1].Value)).ShouldBeTrue($"{page} -> {link.Groups[1].Value}");
        }
    }

    [Fact]
    public void Every_test_that_the_promises_name_exists()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        foreach (Match named in Regex.Matches(Doc("promises.md"), @"`(\w+Tests)`")) tests.ShouldContain(named.Groups[1].Value);
    }

    // What a status would be called if something raised it without a code of its own.
    private static readonly string[] NotRaisedYet =
        ["not_acceptable", "request_timeout", "length_required", "uri_too_long", "headers_too_large", "storage_full"];

    private static string Doc(string name) => File.ReadAllText(Path.Combine(Root, "docs", name));

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
