using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PipelineMetrics.Api.Tests.OpenApi;

/// <summary>
/// The API is what its document says. A change of it is accepted by running this test once with ACCEPT_OPENAPI=1,
/// which writes openapi.json anew, and by reading the difference.
/// </summary>
public sealed class ApiDocumentTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ServiceUnderTest _service = new();
    private JsonNode _document = null!;

    public async Task InitializeAsync()
    {
        _document = JsonNode.Parse(await (await _service.StartAsync()).GetStringAsync("/swagger/v1/swagger.json"))!;
        _document["info"]!["version"] = "any";
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public void The_document_is_the_one_that_was_agreed()
    {
        var text = _document.ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_OPENAPI") == "1") File.WriteAllText(Agreed(), text);
        text.ShouldBe(File.ReadAllText(Agreed()));
    }

    [Fact]
    public void Every_operation_says_what_it_does_takes_and_answers()
    {
        foreach (var (name, operation) in Operations())
        {
            operation["summary"]?.GetValue<string>().ShouldNotBeNullOrEmpty(name);
            operation["tags"]!.AsArray().Count.ShouldBe(1, name);
            var answers = operation["responses"]!.AsObject();
            answers.Any(a => a.Key[0] == '2').ShouldBeTrue(name);
            if (!name.Contains("/api/", StringComparison.Ordinal)) continue;
            foreach (var status in new[] { "400", "500", "503" }) answers.ContainsKey(status).ShouldBeTrue($"{name} {status}");
            foreach (var (status, answer) in answers.Where(a => a.Key[0] is '4' or '5'))
            {
                string[] forms = (name, status) == ("get /api/agent/health", "503") ? ["application/json", "application/problem+json"] : ["application/problem+json"];
                answer!["content"]!.AsObject().Select(c => c.Key).ShouldBe(forms, $"{name} {status}");
                answer["content"]!["application/problem+json"]!["schema"]!["$ref"]!.GetValue<string>().ShouldEndWith("/Problem", customMessage: $"{name} {status}");
            }
        }
    }

    [Fact]
    public void Every_good_answer_comes_with_an_example()
    {
        foreach (var (name, operation) in Operations().Where(o => o.Name.Contains("/api/", StringComparison.Ordinal)))
        {
            foreach (var (status, answer) in operation["responses"]!.AsObject().Where(a => a.Key[0] == '2'))
            {
                var media = answer!["content"]!.AsObject();
                media.Count.ShouldBe(1, $"{name} {status}");
                media.Single().Value!["example"].ShouldNotBeNull($"{name} {status}");
            }
        }
    }

    [Fact]
    public void Every_body_comes_with_an_example()
    {
        foreach (var (name, operation) in Operations().Where(o => o.Operation["requestBody"] is not null))
        {
            foreach (var (_, media) in operation["requestBody"]!["content"]!.AsObject()) media!["example"].ShouldNotBeNull(name);
        }
    }

    [Fact]
    public void Every_parameter_is_described()
    {
        foreach (var (name, operation) in Operations())
        {
            foreach (var parameter in operation["parameters"]?.AsArray() ?? []) parameter!["description"].ShouldNotBeNull($"{name} {parameter["name"]}");
        }
    }

    private IEnumerable<(string Name, JsonNode Operation)> Operations() => _document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key} {path.Key}", operation.Value!)));

    private static string Agreed([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "openapi.json");
}
