using System.Reflection;

namespace PipelineMetrics.Api.Hosting;

/// <summary>The version this build was given, without the commit that some builds append.</summary>
internal static class ServiceVersion
{
    public static string Text { get; } = typeof(ServiceVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
