using Microsoft.AspNetCore.Builder;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Cli.Exec;

/// <summary>How long to wait before a failed command is tried again: as the service advises, from the same settings.</summary>
internal sealed class Pauses(RetryOptions options, string taskType)
{
    private const string NoType = "unknown";

    /// <summary>Reads the settings, if there will be something to wait for.</summary>
    /// <param name="plan">What will be done.</param>
    /// <param name="config">The file of settings; null for that of the working directory.</param>
    /// <exception cref="CliException">The settings cannot be read.</exception>
    public static Pauses Of(ExecPlan plan, string? config) => new(plan.Retries == 0 ? new RetryOptions() : Configured(config), plan.Given.TaskType ?? NoType);

    public TimeSpan After(int attempt) => options.WaitAfter(taskType, attempt);

    private static RetryOptions Configured(string? config)
    {
        try
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.AddSettings(config is null ? [] : ["--config", config]);
            return builder.OptionsOf<RetryOptions>();
        }
        catch (ConfigurationException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message);
        }
    }
}
