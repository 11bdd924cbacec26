using PipelineMetrics.Log;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>What is wrong with settings beyond the rules of each one, and all of it without starting anything.</summary>
internal static class SettingsCheck
{
    /// <summary>Reads everything that a start would read.</summary>
    /// <param name="args">The command line of the service.</param>
    /// <exception cref="ConfigurationException">The service would not start.</exception>
    public static SettingsReport Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddPipelineMetrics(args);
        Usable(builder.OptionsOf<LogOptions>());
        Prices(builder.OptionsOf<PricingOptions>());
        return builder.OptionsOf<SettingsReport>();
    }

    /// <exception cref="ConfigurationException">The log cannot be kept so.</exception>
    public static LogOptions Usable(LogOptions options)
    {
        try
        {
            options.Check();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException("log", $"is not usable: {e.Message}", null);
        }
    }

    /// <exception cref="ConfigurationException">The table cannot be read.</exception>
    public static PriceTable Prices(PricingOptions options)
    {
        try
        {
            return options.LoadTable();
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException("pricing.file", $"must name a price table: {e.Message.TrimEnd('.')}", options.File);
        }
    }
}
