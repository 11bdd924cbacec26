namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>What the start log has to say about where the settings came from.</summary>
/// <param name="File">The absolute path of the file that was read, or null.</param>
/// <param name="Warnings">Keys that mean nothing, variables that were not set.</param>
internal sealed record SettingsReport(string? File, IReadOnlyList<string> Warnings);
