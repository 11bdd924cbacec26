using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using PipelineMetrics.Api.Hosting.Errors;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PipelineMetrics.Api.Hosting.OpenApi;

/// <summary>Adds the errors that any operation can have, as problem documents, where an operation does not describe them itself.</summary>
internal sealed class ErrorResponses : IOperationFilter
{
    private static readonly int[] Always = [400, 401, 403, 429, 500, 503];
    private static readonly int[] WithBody = [408, 413, 415, 422];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.RelativePath?.StartsWith("api/", StringComparison.Ordinal) != true) return;
        var schema = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository);
        var statuses = TakesBody(context) ? Always.Concat(WithBody) : Always;
        foreach (var status in statuses.Order()) Add(operation, status, schema);
    }

    private static bool TakesBody(OperationFilterContext context) => context.ApiDescription.HttpMethod is "POST" or "PUT" or "PATCH";

    private static void Add(OpenApiOperation operation, int status, IOpenApiSchema schema)
    {
        operation.Responses ??= [];
        var problem = new OpenApiMediaType { Schema = schema };
        operation.Responses.TryAdd(status.ToString(), new OpenApiResponse
        {
            Description = ReasonPhrases.GetReasonPhrase(status),
            Content = new Dictionary<string, OpenApiMediaType> { [Problems.MediaType] = problem },
        });
        // Where the status is an answer of the route itself, it can be a problem as well.
        operation.Responses[status.ToString()].Content?.TryAdd(Problems.MediaType, problem);
    }
}
