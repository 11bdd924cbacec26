namespace PipelineMetrics.Api.Hosting;

/// <summary>Routes that are read: whatever answers GET answers HEAD, with the same headers and no body (RFC 9110, 9.3.2).</summary>
internal static class ReadRoutes
{
    /// <summary>Maps both; what is added to the result describes GET, the one the reference shows.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
    {
        routes.MapMethods(pattern, [HttpMethods.Head], handler).ExcludeFromDescription();
        return routes.MapGet(pattern, handler);
    }
}
