using Serilog;
using Serilog.Events;

namespace PipelineMetrics.Api.Hosting.Logging;

/// <summary>
/// All of the logging's composition. Levels and further sinks come from the section `Serilog`; the console is always there, and the
/// levels here are those of a program that runs in a folder without settings.
/// Each host has its own logger and disposes it, so that several can live in one process.
/// </summary>
internal static class LogSetup
{
    public static void AddLogging(this WebApplicationBuilder builder)
    {
        var logger = new LoggerConfiguration()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            // Why a start failed is the last line of the process; the host would tell it before, with its stack.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .WriteTo.Console(new LogLineFormatter())
            .CreateLogger();

        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Logging.AddSerilog(logger, dispose: true);

        builder.Services.AddHostedService<UnobservedTasks>();
        builder.Services.AddHostedService<StartLog>();
    }
}
