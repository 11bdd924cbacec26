using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>Section `dashboard`: how the dashboard of the command line looks. The service only checks it.</summary>
internal sealed class DashboardOptions
{
    /// <summary>How often it asks.</summary>
    /// <value>Default 5 s; 0.2 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00.2", "01:00:00")]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many of the last completions it shows at most.</summary>
    /// <value>Default 10; 1 to 100.</value>
    [Range(1, 100)]
    public int MaxRecentTasks { get; init; } = 10;
}
