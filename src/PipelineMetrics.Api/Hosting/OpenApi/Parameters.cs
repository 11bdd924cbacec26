using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PipelineMetrics.Api.Hosting.OpenApi;

/// <summary>A query parameter, or header, of a route that reads it by hand.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, with its values and default.</param>
/// <param name="Repeatable">Whether it may be given several times.</param>
/// <param name="IsHeader">Whether it is a header.</param>
internal sealed record TakesParameter(string Name, string Description, bool Repeatable = false, bool IsHeader = false)
{
    public static readonly TakesParameter Prefer = new("Prefer", "handling=strict: refuse unknown fields (422) instead of keeping them with a warning.", IsHeader: true);
}

/// <summary>Describes parameters, those that routing knows and those that handlers read by hand.</summary>
internal sealed class Parameters : IOperationFilter
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["id"] = "The id that the answer to the POST named.",
        ["task_id"] = "The task within its chain.",
        ["runner"] = "What the runner calls itself, 1 to 200 bytes.",
        ["reason"] = "Why the task is given up.",
        ["verdicts"] = "all: list every line in the answer, not only those that were not stored as sent.",
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Parameters ??= [];
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            parameter.Description ??= Known.GetValueOrDefault(parameter.Name ?? "");
            // Handlers take it as optional to say themselves what is missing.
            parameter.Required |= parameter.Name is "id" or "task_id" or "runner";
        }
        foreach (var taken in context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TakesParameter>()) operation.Parameters.Add(Described(taken));
    }

    private static OpenApiParameter Described(TakesParameter taken)
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        return new OpenApiParameter
        {
            Name = taken.Name,
            In = taken.IsHeader ? ParameterLocation.Header : ParameterLocation.Query,
            Description = taken.Description,
            Schema = taken.Repeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = text } : text,
        };
    }
}
