using Microsoft.AspNetCore.Builder;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Cli.Exec;

/// <summary>How long to wait before a failed command is tried again: as the service advises, from the same settings.</summary>
internal sealed class Pauses(RetryOptions options, string taskType)
{
    private const string NoType = "unknown";

    /// <summary>Reads the settings, if there will be something to wait for.</summary>
    /// <exception cref="CliException">The settings cannot be read.</exception>
    public static Pauses Of(ExecPlan plan) => new(plan.Retries == 0 ? new RetryOptions() : Configured(), plan.Given.TaskType ?? NoType);

    public TimeSpan After(int attempt) => options.WaitAfter(taskType, attempt);

    private static RetryOptions Configured()
    {
        try
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.AddSettings([]);
            return builder.OptionsOf<RetryOptions>();
        }
        catch (ConfigurationException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message);
        }
    }
}
