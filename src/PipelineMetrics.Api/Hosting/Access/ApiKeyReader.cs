using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Hosting.Access;

/// <summary>Reads `server.api_keys`: a list of `{name, sha256, rights, expires}`.</summary>
internal static class ApiKeyReader
{
    public const string Section = "server:api_keys";

    private static readonly string[] Members = ["name", "sha256", "rights", "expires"];

    /// <exception cref="ConfigurationException">A key breaks a rule; the value is told only where it is no secret.</exception>
    public static IReadOnlyList<ApiKey> Read(IConfiguration configuration)
    {
        var keys = configuration.GetSection(Section).GetChildren().Select(Read).ToList();
        var twice = keys.GroupBy(key => key.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? keys : throw new ConfigurationException("server.api_keys.name", "must be different for each key", twice.Key);
    }

    private static ApiKey Read(IConfigurationSection key)
    {
        var at = key.Path.Replace(':', '.').ToLowerInvariant();
        if (key.GetChildren().FirstOrDefault(member => !Members.Contains(member.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ConfigurationException($"{at}.{unknown.Key}", $"is not a setting of a key; known are {string.Join(", ", Members)}", null);
        if (key["name"] is not { Length: > 0 and <= 100 } name) throw new ConfigurationException($"{at}.name", "must be 1 to 100 characters", key["name"]);
        return new ApiKey(name, Hash(key["sha256"], at), Rights(key, at), Expires(key["expires"], at));
    }

    // The value is not told: somebody may have put the key itself here.
    private static byte[] Hash(string? text, string at) => text is { Length: 64 } && text.All(char.IsAsciiHexDigit)
        ? Convert.FromHexString(text)
        : throw new ConfigurationException($"{at}.sha256", "must be the SHA-256 of the key, 64 hexadecimal digits", null);

    private static AccessRights Rights(IConfigurationSection key, string at)
    {
        var given = key["rights"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [.. key.GetSection("rights").GetChildren().Select(right => right.Value ?? "")];
        var rights = given.Aggregate(AccessRights.None, (sum, word) => sum | Right(word, at));
        return rights == AccessRights.None ? throw new ConfigurationException($"{at}.rights", "must be one or more of read, write, admin", null) : rights;
    }

    private static AccessRights Right(string word, string at) => word switch
    {
        "read" => AccessRights.Read,
        "write" => AccessRights.Write,
        "admin" => AccessRights.Admin,
        _ => throw new ConfigurationException($"{at}.rights", "must be one or more of read, write, admin", word),
    };

    private static DateTimeOffset? Expires(string? text, string at)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return Instant.TryParse(text, out var instant)
            ? instant
            : throw new ConfigurationException($"{at}.expires", "must be an RFC 3339 instant with an offset", text);
    }
}
