using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PipelineMetrics.Api.Hosting.OpenApi;

/// <summary>What a route takes, for the reference only: routing must not judge it, since a handler says better how to send it.</summary>
internal sealed record TakesBody(Type Type, params string[] MediaTypes);

/// <summary>Describes the bodies of routes that read them by hand.</summary>
internal sealed class RequestBodies : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TakesBody>().LastOrDefault() is not { } body) return;
        var schema = context.SchemaGenerator.GenerateSchema(body.Type, context.SchemaRepository);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = body.MediaTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema }),
        };
    }
}
