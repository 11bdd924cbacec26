using System.Reflection;

namespace PipelineMetrics.Api.Hosting;

/// <summary>Which build this is.</summary>
internal static class ServiceVersion
{
    private static readonly string[] Said = (typeof(ServiceVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+', 2);

    /// <summary>The version it was given, without the commit that some builds append.</summary>
    public static string Text => Said[0];

    /// <summary>The commit it was made of, where the build says so.</summary>
    public static string Commit => Said.Length > 1 ? Said[1] : "unknown";
}
