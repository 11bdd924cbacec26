using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>
/// Writes every error body, whoever raised it: a handler, the framework, an exception. It ignores Accept, because an error that is
/// not understood helps more than one that is not sent, and it never tells what an exception says unless that was about the request.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var problem = context.ProblemDetails as Problem ?? FromStatus(http.Response.StatusCode, context.Exception);
        problem.Title = ReasonPhrases.GetReasonPhrase(problem.Status ?? http.Response.StatusCode);
        problem.TraceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

        SecurityHeaders.AddTo(http);
        if (problem.RetryAfter is { } wait) http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0");
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(problem, Readable, Problems.MediaType, http.RequestAborted);
    }

    private static Problem FromStatus(int status, Exception? cause)
    {
        var (code, detail) = ProblemCodes.Of(status);
        if (cause is BadHttpRequestException about) detail = about.Message;
        return new Problem { Status = status, Type = Problems.TypeOf(code), Code = code, Detail = detail };
    }
}
