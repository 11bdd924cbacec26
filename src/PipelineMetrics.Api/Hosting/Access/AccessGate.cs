using Microsoft.Extensions.Primitives;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Hosting.Access;

/// <summary>
/// Asks for a key, once the settings have any: `Authorization: Bearer KEY`. What only says whether the service is up is open to everybody.
/// </summary>
internal sealed class AccessGate(ApiKeyRing keys, RequestRates rates)
{
    private const string Scheme = "Bearer ";
    private static readonly string[] Admin = [Routes.PipelineRefresh, Routes.WebhookTest, Routes.Base + "/log"];

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/health"))
        {
            await next(context);
            return;
        }
        if (Refusal(context) is { } refusal) await refusal.ExecuteAsync(context);
        else await next(context);
    }

    private IResult? Refusal(HttpContext context)
    {
        var shown = context.Request.Headers.Authorization;
        if (shown.Count > 1) return Problems.BadRequest("There is more than one Authorization header.");
        if (Key(shown) is not { } key) return Unauthorized(context, isWrong: shown.Count > 0);
        if ((key.Rights & Needs(context.Request)) == 0) return Forbidden(key, Needs(context.Request));
        return rates.Takes(key, out var retryAfter) ? null : TooMany($"The key '{key.Name}' asks more often than it may.", retryAfter);
    }

    private ApiKey? Key(StringValues shown)
    {
        var text = shown.ToString();
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? keys.Find(text[Scheme.Length..]) : null;
    }

    private static AccessRights Needs(HttpRequest request)
    {
        if (Array.Exists(Admin, path => request.Path.StartsWithSegments(path))) return AccessRights.Admin;
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)
            ? AccessRights.Read : AccessRights.Write;
    }

    // A right key passes all the same: many may come from the one address of a proxy.
    private IResult Unauthorized(HttpContext context, bool isWrong)
    {
        if (isWrong && !rates.TakesWrong(context.Connection.RemoteIpAddress, out var retryAfter))
            return TooMany("Too many wrong keys came from this address.", retryAfter);
        context.Response.Headers.WWWAuthenticate = isWrong ? "Bearer realm=\"pipeline-metrics\", error=\"invalid_token\"" : "Bearer realm=\"pipeline-metrics\"";
        return Problems.Result(StatusCodes.Status401Unauthorized, "unauthorized", isWrong
            ? "The key is not known here, or it has expired."
            : "This needs a key: 'Authorization: Bearer KEY'.");
    }

    private static IResult Forbidden(ApiKey key, AccessRights needed) => Problems.Result(
        StatusCodes.Status403Forbidden, "forbidden",
        $"The key '{key.Name}' does not have the right '{needed.ToString().ToLowerInvariant()}', which this needs.");

    private static IResult TooMany(string detail, TimeSpan retryAfter) =>
        Problems.Result(StatusCodes.Status429TooManyRequests, "rate_limited", detail, retryAfter: retryAfter);
}

internal static class AccessSetup
{
    /// <exception cref="ConfigurationException">A key breaks a rule.</exception>
    public static void AddAccess(this WebApplicationBuilder builder)
    {
        var keys = ApiKeyReader.Read(builder.Configuration);
        if (keys.Count == 0) return;
        builder.Services.AddSingleton(provider => new ApiKeyRing(
            keys, FileOf(provider, keys.Count), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ApiKeyRing>>()));
        builder.Services.AddSingleton<RequestRates>();
        builder.Services.AddSingleton<AccessGate>();
    }

    public static void UseAccess(this WebApplication app)
    {
        if (app.Services.GetService<AccessGate>() is not { } gate) return;
        app.Use(next => context => gate.PassAsync(context, next));
    }

    // Keys of the environment or the command line do not change while the service runs.
    private static string? FileOf(IServiceProvider provider, int count)
    {
        var path = provider.GetRequiredService<SettingsReport>().File;
        if (path is null) return null;
        var inFile = new ConfigurationBuilder().AddInMemoryCollection(SettingsFile.Find(path).Values).Build();
        return inFile.GetSection(ApiKeyReader.Section).GetChildren().Count() == count ? path : null;
    }
}
