using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Hosting.Errors;

/// <summary>
/// Makes every error a problem document, the same in every environment.
/// What the caller did wrong keeps its status although it arrives as an exception, and is no news for the log.
/// </summary>
internal static class ErrorHandling
{
    public static void AddErrorHandling(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
    }

    public static void UseErrorHandling(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = StatusOf,
            SuppressDiagnosticsCallback = context => StatusOf(context.Exception) < StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages();
    }

    /// <summary>Whose fault an exception is, as a status.</summary>
    public static int StatusOf(Exception cause) => cause switch
    {
        BadHttpRequestException wrong => wrong.StatusCode,
        // How the server reports a chunk size that no number holds.
        IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
        // An old line could not be read now; the disk may answer the next time.
        DiskException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
