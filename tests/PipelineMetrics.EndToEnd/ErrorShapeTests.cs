using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>One service in each environment, for all the questions of <see cref="ErrorShapeTests"/>.</summary>
public sealed class BothEnvironments : IAsyncLifetime
{
    private readonly List<ServiceProcess> _services = [];
    private readonly List<TestFolder> _folders = [];

    internal HttpClient Production => _services[0].Http;

    internal HttpClient Development => _services[1].Http;

    public async Task InitializeAsync()
    {
        foreach (var environment in new[] { "Production", "Development" })
        {
            _folders.Add(new TestFolder());
            _services.Add(await ServiceProcess.StartAsync(new ServiceStart(_folders[^1]) { Environment = environment }));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _services) await service.DisposeAsync();
        _folders.ForEach(folder => folder.Dispose());
    }
}

/// <summary>A mistake is answered alike on the desk of a developer and in production.</summary>
public sealed class ErrorShapeTests(BothEnvironments services) : IClassFixture<BothEnvironments>
{
    private const string Json = "application/json";

    [Theory]
    [InlineData("POST", ServiceCalls.Completions, """{"task_id":""", Json, 400)]
    [InlineData("POST", ServiceCalls.Completions, "[]", Json, 400)]
    [InlineData("POST", ServiceCalls.Completions, """{"task_id":"t","duration_seconds":-1,"status":"completed"}""", Json, 422)]
    [InlineData("POST", ServiceCalls.Completions, "task", "text/plain", 415)]
    [InlineData("POST", ServiceCalls.Completions + "/batch", "{]", "application/x-ndjson", 422)]
    [InlineData("POST", ServiceCalls.Tasks, "{}", Json, 422)]
    [InlineData("DELETE", ServiceCalls.Metrics, "", Json, 405)]
    [InlineData("GET", ServiceCalls.Metrics + "?window=soon", "", Json, 400)]
    [InlineData("GET", ServiceCalls.Metrics + "?windwo=7d", "", Json, 400)]
    [InlineData("GET", ServiceCalls.Completions + "/nobody", "", Json, 404)]
    [InlineData("GET", "/api/agent/nothing", "", Json, 404)]
    public async Task An_error_has_one_shape_in_production_and_development(
        string method, string path, string body, string mediaType, int status)
    {
        var production = await services.Production.AskAsync(new HttpMethod(method), path, body, mediaType);
        var development = await services.Development.AskAsync(new HttpMethod(method), path, body, mediaType);

        ((int)production.Status).ShouldBe(status, production.Body);
        production.MediaType.ShouldBe("application/problem+json");
        production.Code.ShouldNotBeNullOrEmpty();
        Shape(development).ShouldBe(Shape(production));
    }

    private static string Shape(Answer answer)
    {
        var members = string.Join(' ', answer.Json.EnumerateObject().Select(member => member.Name));
        return $"{answer.Status} {answer.MediaType} {answer.Code} {answer.Text("detail")} {members}";
    }
}
