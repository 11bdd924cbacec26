using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace PipelineMetrics.Api.Tests.Prometheus;

/// <summary>The dashboard and the alert rules ask for what the service tells, and everything that is told is described.</summary>
public sealed class ObservabilityTests
{
    private const string DataSource = "pipeline-metrics-prometheus";
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));
    private static readonly string Folder = Path.Combine(Root, "docs/observability");

    // What Prometheus itself adds to every series.
    private static readonly string[] OfPrometheus = ["job", "instance"];

    [Fact]
    public async Task Every_name_and_label_that_they_ask_for_is_told()
    {
        var told = await ToldAsync();
        var asked = DashboardQueries().Concat(RuleQueries()).ToList();
        asked.Count.ShouldBeGreaterThan(30);
        foreach (var query in asked)
        {
            var names = Regex.Matches(query, """\b(?<name>(?:agent|pipeline_metrics|process)_\w+|up)\b(?:\{(?<labels>[^}]*)\})?""");
            names.ShouldNotBeEmpty(query);
            var known = new HashSet<string>(OfPrometheus);
            foreach (Match match in names)
            {
                var name = match.Groups["name"].Value;
                told.ShouldContainKey(name, $"{name} in {query}");
                foreach (Match label in Regex.Matches(match.Groups["labels"].Value, """(\w+)\s*(?:=~|!~|!=|=)\s*"[^"]*" """.TrimEnd()))
                    told[name].Concat(OfPrometheus).ShouldContain(label.Groups[1].Value, $"{match.Value} in {query}");
                known.UnionWith(told[name]);
            }
            foreach (var label in Regex.Matches(query, @"\bby \(([^)]*)\)").SelectMany(by => by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)))
                known.ShouldContain(label, query);
        }
    }

    [Fact]
    public async Task Everything_that_is_told_is_described_and_the_dashboard_or_the_docs_know_it()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs/api.md"));
        foreach (var (name, labels) in await ToldAsync())
        {
            if (name == "up") continue;
            var family = Regex.Replace(name, "_(bucket|sum|count)$", "");
            var row = page.Split('\n').SingleOrDefault(line => line.StartsWith($"| `{family}` |", StringComparison.Ordinal)).ShouldNotBeNull($"{family} has no row");
            foreach (var label in labels) row.ShouldContain($"`{label}`");
        }
    }

    [Fact]
    public void Every_panel_names_its_data_source_and_has_a_place_of_its_own()
    {
        var dashboard = Dashboard();
        dashboard["uid"]!.GetValue<string>().ShouldBe("pipeline-metrics");
        var panels = dashboard["panels"]!.AsArray().Select(panel => panel!.AsObject()).ToList();
        panels.Select(panel => panel["id"]!.GetValue<int>()).ShouldBeUnique();
        panels.Select(panel => (panel["gridPos"]!["x"]!.GetValue<int>(), panel["gridPos"]!["y"]!.GetValue<int>())).ShouldBeUnique();
        foreach (var panel in panels.Where(panel => panel["type"]!.GetValue<string>() != "row"))
        {
            foreach (var node in panel["targets"]!.AsArray().Append(panel)) ShouldBeOurs(node!["datasource"]!);
        }
        foreach (var variable in dashboard["templating"]!["list"]!.AsArray()) ShouldBeOurs(variable!["datasource"]!);
    }

    [Fact]
    public void What_is_provisioned_is_what_the_dashboard_asks_and_what_the_compose_file_mounts()
    {
        var source = Yaml("grafana/provisioning/datasources/prometheus.yml")["datasources"][0];
        (source["uid"].ToString(), source["type"].ToString()).ShouldBe((DataSource, "prometheus"));
        var path = Yaml("grafana/provisioning/dashboards/pipeline-metrics.yml")["providers"][0]["options"]["path"].ToString();
        var services = Read(Path.Combine(Root, "docker-compose.yml"))["services"];
        var mounts = ((YamlSequenceNode)services["grafana"]["volumes"]).Concat((YamlSequenceNode)services["prometheus"]["volumes"]).Select(mount => mount.ToString().Split(':')).ToList();
        mounts.ShouldContain(mount => mount[0] == "./docs/observability/grafana/dashboards" && mount[1] == path);
        foreach (var mount in mounts.Where(mount => mount[0][0] == '.')) Directory.Exists(Path.Combine(Root, mount[0])).ShouldBeTrue(mount[0]);
        foreach (var name in (string[])["prometheus", "grafana"])
        {
            services[name]["profiles"].ShouldBe(new YamlSequenceNode("observability"));
            services[name]["image"].ToString().ShouldMatch(@":v?\d+\.\d+\.\d+$");
            ((YamlSequenceNode)services[name]["ports"]).ShouldAllBe(port => port.ToString().StartsWith("127.0.0.1:", StringComparison.Ordinal));
        }
    }

    private static void ShouldBeOurs(JsonNode source) =>
        (source["type"]!.GetValue<string>(), source["uid"]!.GetValue<string>()).ShouldBe(("prometheus", DataSource));

    private static JsonObject Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "grafana/dashboards/pipeline-metrics.json")))!.AsObject();

    private static IEnumerable<string> DashboardQueries()
    {
        var dashboard = Dashboard();
        return dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]?.AsArray() ?? []).Select(target => target!["expr"]!.GetValue<string>())
            .Concat(dashboard["templating"]!["list"]!.AsArray().Select(variable => variable!["definition"]!.GetValue<string>()));
    }

    private static IEnumerable<string> RuleQueries() =>
        from @group in (YamlSequenceNode)Yaml("prometheus/rules.yml")["groups"]
        from rule in (YamlSequenceNode)@group["rules"]
        select rule["expr"].ToString();

    private static YamlNode Yaml(string file) => Read(Path.Combine(Folder, file));

    private static YamlNode Read(string file)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(file);
        yaml.Load(reader);
        return yaml.Documents[0].RootNode;
    }

    private static async Task<Dictionary<string, HashSet<string>>> ToldAsync()
    {
        await using var service = new ServiceUnderTest();
        var client = await service.StartAsync();
        await client.Post("""
            {"task_id":"t","duration_seconds":1,"status":"completed","actual_input_tokens":1,"actual_cost_usd":1,"reasoning_tokens":0,"actual_output_tokens":1,
             "turns":1,"tool_calls":1,"tool_errors":0}
            """);
        await client.Post(Calls.Completion("u", ",\"actual_input_tokens\":1"));
        await client.Post(Calls.Completion("v", ",\"source\":\"import\""));
        var told = (await Scraped.OfAsync(client)).Labels;
        told["up"] = [];
        return told;
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
