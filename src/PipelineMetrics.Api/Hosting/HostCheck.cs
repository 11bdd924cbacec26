using Microsoft.Extensions.Primitives;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;

namespace PipelineMetrics.Api.Hosting;

/// <summary>
/// Refuses requests for host names that are not ours, so that a web page cannot reach a loopback service under its own name
/// (DNS rebinding).
/// Without `server.allowed_hosts` a loopback service answers to loopback names only, a network service to every name.
/// </summary>
internal static class HostCheck
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseHostCheck(this WebApplication app)
    {
        var named = app.Services.GetRequiredService<ServerOptions>().AllowedHosts;
        if (named.Count == 0 && !app.Services.GetRequiredService<ListenAddresses>().AreLocal) return;

        List<StringSegment> allowed = [.. Loopback, .. named];
        app.Use((context, next) => HostString.MatchesAny(context.Request.Host.Host, allowed)
            ? next(context)
            : Problems.Result(StatusCodes.Status400BadRequest, "unknown_host", "This service does not answer to that host name.")
                .ExecuteAsync(context));
    }
}
