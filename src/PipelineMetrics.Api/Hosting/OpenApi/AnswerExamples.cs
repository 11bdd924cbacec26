using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace PipelineMetrics.Api.Hosting.OpenApi;

/// <summary>What a good answer of a route looks like.</summary>
/// <param name="Status">The status it comes with.</param>
/// <param name="Json">The body.</param>
internal sealed record Answers(int Status, string Json);

/// <summary>Shows the examples of answers in the reference.</summary>
internal sealed class AnswerExamples : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var answer in context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Answers>())
        {
            if (operation.Responses?.GetValueOrDefault(answer.Status.ToString())?.Content is not { } content) continue;
            foreach (var media in content.Values.OfType<OpenApiMediaType>()) media.Example = JsonNode.Parse(answer.Json);
        }
    }
}
