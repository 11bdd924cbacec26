using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Webhooks;

/// <summary>One entry of a list of settings that have names, such as a target or a rule.</summary>
internal sealed class SettingListEntry
{
    private const int MostNameChars = 100;
    private readonly IConfigurationSection _entry;

    private SettingListEntry(IConfigurationSection entry, string[] members)
    {
        (_entry, At) = (entry, OptionBinder.NameOf(entry));
        if (entry.GetChildren().FirstOrDefault(member => !members.Contains(member.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw Wrong(unknown.Key, $"is not known here; known are {string.Join(", ", members)}");
        Name = entry["name"] is { Length: > 0 and <= MostNameChars } name && !name.Any(char.IsControl)
            ? name
            : throw Wrong("name", $"must be 1 to {MostNameChars} characters without line ends", entry["name"]);
    }

    /// <summary>What it is called; no other of its list is.</summary>
    public string Name { get; }

    /// <summary>Where it stands in the settings.</summary>
    public string At { get; }

    /// <summary>The value of a member; null when it is not given.</summary>
    public string? this[string member] => _entry[member];

    /// <exception cref="ConfigurationException">An entry has no name, or that of another, or a member nobody knows.</exception>
    public static IReadOnlyList<SettingListEntry> Read(IConfigurationSection list, params string[] members)
    {
        if (list.Value is { Length: > 0 }) throw new ConfigurationException(OptionBinder.NameOf(list), "must be a list", null);
        List<SettingListEntry> entries = [.. list.GetChildren().Select(entry => new SettingListEntry(entry, members))];
        var twice = entries.GroupBy(entry => entry.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? entries : throw new ConfigurationException($"{OptionBinder.NameOf(list)}.name", "must be different for each", twice.Key);
    }

    /// <summary>A list, or one text with commas; null when it is not given.</summary>
    public IReadOnlyList<string>? List(string member)
    {
        const StringSplitOptions Items = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        if (_entry[member] is { } text) return text.Split(',', Items);
        string[] items = [.. _entry.GetSection(member).GetChildren().Select(child => child.Value).OfType<string>()];
        return items.Length > 0 ? items : null;
    }

    /// <summary>A value of a type that settings have; null when it is not given.</summary>
    /// <exception cref="ConfigurationException">It is none.</exception>
    public T? Value<T>(string member) where T : struct
    {
        if (_entry[member] is not { } text) return null;
        return SettingValue.TryRead(typeof(T), text, out var value, out var rule) ? (T)value! : throw Wrong(member, rule, text);
    }

    public ConfigurationException Wrong(string member, string rule, string? value = null) => new($"{At}.{member.ToLowerInvariant()}", rule, value);
}
