namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>A setting the operator must change before the service can start: which one, the rule it breaks, and what was given.</summary>
internal sealed class ConfigurationException : Exception
{
    public ConfigurationException(string key, string rule, string? value)
        : base(value is null ? $"{key} {rule}" : $"{key} {rule}; got '{value}'")
    {
        Key = key;
        Rule = rule;
        Value = value;
    }

    public string Key { get; }

    public string Rule { get; }

    public string? Value { get; }
}
