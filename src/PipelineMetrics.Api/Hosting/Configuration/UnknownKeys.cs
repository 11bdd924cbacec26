namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>
/// Tells which given keys mean nothing here. They warn and never stop a start: a file may be shared with other programs or a newer version.
/// A section nobody reads is named once, a key inside a section that is read is named itself.
/// </summary>
internal static class UnknownKeys
{
    /// <summary>Roots that belong to the framework, or to the settings' own reading.</summary>
    private static readonly HashSet<string> Framework = new(StringComparer.OrdinalIgnoreCase)
    {
        "config", "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webRoot", "allowedHosts",
        "kestrel", "serilog", "logging", "hostBuilder", "shutdownTimeoutSeconds", "detailedErrors", "captureStartupErrors",
        "suppressStatusMessages", "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "preventHostingStartup",
        "preferHostingUrls", "startupAssembly",
        // Of the command line, which may share the environment.
        "url", "api_key", "spool",
    };

    public static IEnumerable<string> Warnings(IEnumerable<string> given, IReadOnlyDictionary<string, IReadOnlyList<string>> known) => given
        .Select(key => key.Split(':'))
        .Where(path => !Framework.Contains(path[0]))
        .Select(path => Warning(path, known))
        .OfType<string>()
        .Distinct();

    private static string? Warning(string[] path, IReadOnlyDictionary<string, IReadOnlyList<string>> known)
    {
        var section = path[0].ToLowerInvariant();
        if (!known.TryGetValue(section, out var keys))
            return $"section '{section}' is not used{Hint(NearestName.Of(section, known.Keys.Where(name => !name.Contains('.'))))}";
        if (keys.Contains(SettingKey.WholeSection)) return null;
        if (path.Length < 2) return $"section '{section}' holds settings, it is none itself";

        var key = path[1].ToLowerInvariant();
        if (keys.Contains(key)) return known.TryGetValue($"{section}.{key}", out var inner) ? WarningInside($"{section}.{key}", path[2..], inner) : null;
        return Unknown(section, key, keys);
    }

    private static string? WarningInside(string map, string[] path, IReadOnlyList<string> keys)
    {
        var entry = string.Join('.', [map, .. path.Take(1)]).ToLowerInvariant();
        if (path.Length < 2) return $"'{entry}' holds settings, it is none itself";
        var key = path[1].ToLowerInvariant();
        return keys.Contains(key) && path.Length == 2 ? null : Unknown(entry, string.Join('.', path[1..]).ToLowerInvariant(), keys);
    }

    private static string Unknown(string section, string key, IReadOnlyList<string> keys)
    {
        var nearest = NearestName.Of(key, keys);
        return $"unknown key '{section}.{key}'{Hint(nearest is null ? null : $"{section}.{nearest}")}";
    }

    private static string Hint(string? nearest) => nearest is null ? "" : $"; did you mean '{nearest}'?";
}
