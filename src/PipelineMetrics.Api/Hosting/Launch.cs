using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Api.Hosting.Logging;

namespace PipelineMetrics.Api.Hosting;

/// <summary>
/// The process edge: every way a start or a run can end becomes an exit code and at most one line on stderr.
/// 0 is a clean stop, 78 (EX_CONFIG) a setting the operator must change, 1 anything else.
/// </summary>
internal static class Launch
{
    public const int Clean = 0;
    public const int Failed = 1;
    public const int BadConfiguration = 78;

    public static async Task<int> GuardAsync(Func<Task> run)
    {
        try
        {
            await run();
            return Clean;
        }
        catch (ConfigurationException wrong)
        {
            return Say($"configuration error: {wrong.Message}", BadConfiguration);
        }
        // Whatever else ends the process is told in one line; HostAbortedException belongs to the tool that is driving the start.
        catch (Exception fault) when (fault is not HostAbortedException)
        {
            return Say($"stopped by {fault.GetType().Name}: {fault.Message}", Failed);
        }
    }

    private static int Say(string what, int code)
    {
        Console.Error.WriteLine($"pipeline-metrics: {LogText.OneLine(what)}");
        return code;
    }
}
