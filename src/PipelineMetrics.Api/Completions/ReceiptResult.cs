using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Completions;

/// <summary>
/// The answer to a completion: 201 with its address, or 200 for a duplicate, which has none. Written in one piece, without the waits of
/// the general results: it is sent more often than everything else together.
/// </summary>
internal sealed class ReceiptResult(CompletionReceipt receipt, string? location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var shape = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var body = JsonSerializer.SerializeToUtf8Bytes(receipt, shape);
        response.StatusCode = location is null ? StatusCodes.Status200OK : StatusCodes.Status201Created;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (location is not null) response.Headers.Location = location;
        body.CopyTo(response.BodyWriter.GetSpan(body.Length));
        response.BodyWriter.Advance(body.Length);
        return Task.CompletedTask;
    }
}
