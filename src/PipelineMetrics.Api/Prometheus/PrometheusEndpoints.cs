using System.IO.Compression;
using System.Text;
using Microsoft.Net.Http.Headers;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.OpenApi;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Contracts;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>What Prometheus scrapes.</summary>
internal static class PrometheusEndpoints
{
    // Prometheus waits ten seconds, and asks again in fifteen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void AddPrometheus(this IServiceCollection services)
    {
        services.AddSingleton<ServiceFamilies>();
        services.AddSingleton<Exposition>();
    }

    public static void MapPrometheus(this IEndpointRouteBuilder routes) => routes.MapRead(Routes.Prometheus, Scrape)
        .WithTags("Health").WithName("Scrape").WithSummary("Everything that Prometheus is told")
        .WithDescription(
            "The text format of Prometheus, or OpenMetrics for who prefers it; gzip when it is asked for. The counters of tasks go on after a restart: the "
            + "first scrape reads them from the log, and until it has, the answer is 503, never a smaller number.")
        .Produces<string>(StatusCodes.Status200OK, "text/plain", "application/openmetrics-text").ProducesProblems(400, 401, 403, 429, 503);

    private static async Task<IResult> Scrape(HttpContext http, Recorder recorder, Exposition exposition, TimeProvider clock)
    {
        if (QueryReader.RefuseAny(http.Request) is { } refusal) return refusal;
        try
        {
            var counters = await recorder.Counters.AskAsync().WaitAsync(Patience, clock, http.RequestAborted);
            var format = ExpositionFormat.For(http.Request);
            return new ExpositionResult(ExpositionWriter.Write(exposition.Now(counters), format.IsOpenMetrics), format.ContentType);
        }
        catch (TimeoutException)
        {
            return Problems.Result(StatusCodes.Status503ServiceUnavailable, "counters_not_read",
                "The counters are still being read from the log. That goes on; ask again.", retryAfter: Patience);
        }
    }

    private sealed class ExpositionResult(string text, string contentType) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = contentType;
            response.Headers.Vary = $"{HeaderNames.Accept}, {HeaderNames.AcceptEncoding}";
            response.Headers.CacheControl = "no-store";
            var body = Encoding.UTF8.GetBytes(text);
            if (ExpositionFormat.TakesGzip(httpContext.Request))
            {
                response.Headers.ContentEncoding = "gzip";
                body = Packed(body);
            }
            response.ContentLength = body.Length;
            if (!HttpMethods.IsHead(httpContext.Request.Method)) await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }

        private static byte[] Packed(byte[] body)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(body);
            return packed.ToArray();
        }
    }
}
