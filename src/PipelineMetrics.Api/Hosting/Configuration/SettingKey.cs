using System.Text.Json;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>A setting that is not simply its property's name in snake_case, or has words besides its plain value.</summary>
/// <param name="Property">The property it sets.</param>
/// <param name="Key">Its key inside the section.</param>
/// <param name="Words">Words and the plain value each stands for.</param>
internal sealed record SettingKey(string Property, string Key, params (string Word, string Value)[] Words)
{
    /// <summary>The key of a setting that is a section of its own.</summary>
    public const string WholeSection = "";

    /// <summary>The key every property has unless told otherwise.</summary>
    public static SettingKey Of(string property) => new(property, JsonNamingPolicy.SnakeCaseLower.ConvertName(property));

    public string Plain(string given) => Words.FirstOrDefault(word => word.Word == given).Value ?? given;

    /// <summary>Completes a rule with the words that are also allowed.</summary>
    public string Rule(string plain) => string.Concat([plain, .. Words.Select(word => $" or '{word.Word}'")]);
}
