using Microsoft.OpenApi;

namespace PipelineMetrics.Api.Hosting.OpenApi;

/// <summary>The API reference: the OpenAPI 3.1 document at /swagger/v1/swagger.json and the page at /swagger.</summary>
internal static class ApiDocument
{
    private const string Version = "v1";
    private const string Key = "key";

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(generator =>
        {
            generator.SwaggerDoc(Version, new OpenApiInfo
            {
                Title = "PipelineMetrics",
                Version = ServiceVersion.Text,
                Description = "A flight recorder for AI-agent pipelines: one POST per finished task, and exact figures about all of them.",
            });
            generator.AddSecurityDefinition(Key, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "Needed once the settings have `server.api_keys`: read for GET, write for what records or changes, admin for the log itself.",
            });
            generator.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] });
            generator.SupportNonNullableReferenceTypes();
            generator.OperationFilter<ErrorResponses>();
            generator.OperationFilter<RequestBodies>();
            generator.OperationFilter<Parameters>();
            generator.OperationFilter<AnswerExamples>();
            foreach (var file in Comments()) generator.IncludeXmlComments(file);
        });
    }

    // Only there: every other request would wait in them.
    public static void UseApiDocument(this WebApplication app) => app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger"), pages =>
    {
        pages.UseSwagger(document => document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        pages.UseSwaggerUI(page =>
        {
            page.DocumentTitle = "PipelineMetrics API";
            page.SwaggerEndpoint($"/swagger/{Version}/swagger.json", "PipelineMetrics");
        });
    });

    private static IEnumerable<string> Comments() => Directory.EnumerateFiles(AppContext.BaseDirectory, "PipelineMetrics*.xml");
}
