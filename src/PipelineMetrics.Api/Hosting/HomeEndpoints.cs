using Microsoft.Net.Http.Headers;

namespace PipelineMetrics.Api.Hosting;

/// <summary>`/`: says what answers here and where to go next, as a page or as JSON.</summary>
internal static class HomeEndpoints
{
    private static readonly string[] Links = ["/swagger", "/api/agent/metrics", "/health/ready"];

    private static readonly string Page = $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>PipelineMetrics</title></head>
        <body>
        <h1>PipelineMetrics {ServiceVersion.Text}</h1>
        <p>A flight recorder for AI-agent pipelines: runners post finished tasks, this service keeps them and answers for them.</p>
        <ul>
        <li><a href="/swagger">API reference</a></li>
        <li><a href="/api/agent/metrics">Metrics of the last seven days</a></li>
        <li><a href="/health/ready">Readiness</a></li>
        </ul>
        </body>
        </html>

        """;

    public static void MapHome(this IEndpointRouteBuilder routes) => routes.MapRead("/", Home).ExcludeFromDescription();

    private static IResult Home(HttpRequest request) => PrefersJson(request)
        ? TypedResults.Json(new { name = "PipelineMetrics", version = ServiceVersion.Text, links = Links })
        : TypedResults.Text(Page, "text/html; charset=utf-8");

    private static bool PrefersJson(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, "application/json") > Quality(accepted, "text/html");
    }

    /// <summary>How much the caller wants this type by its most specific entry; 0 when it is not named at all.</summary>
    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type)
    {
        var wanted = new MediaTypeHeaderValue(type);
        var entry = accepted.Where(wanted.IsSubsetOf).OrderBy(a => a.MatchesAllTypes).ThenBy(a => a.MatchesAllSubTypes).FirstOrDefault();
        return entry is null ? 0 : entry.Quality ?? 1;
    }
}
