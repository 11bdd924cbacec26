namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>Which sections the service understands. Each becomes a validated singleton that a constructor asks for by its type.</summary>
internal sealed class OptionSections(IConfiguration configuration, IServiceCollection services)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The keys of each section, for telling a slip from a setting; under <c>section.key</c> those of each entry of a setting that maps
    /// names to settings.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Known => _known;

    /// <param name="name">The section.</param>
    /// <param name="alsoKnown">A key of it that somebody else reads.</param>
    /// <exception cref="ConfigurationException">A value of this section breaks its rule.</exception>
    public OptionSections Section<T>(string name, string alsoKnown) where T : class, new()
    {
        Section<T>(name);
        _known[name] = [.. _known[name], alsoKnown];
        return this;
    }

    /// <param name="name">A section that somebody else reads.</param>
    public OptionSections Section(string name)
    {
        _known.Add(name, [SettingKey.WholeSection]);
        return this;
    }

    /// <exception cref="ConfigurationException">A value of this section breaks its rule.</exception>
    public OptionSections Section<T>(string name, params SettingKey[] renamed) where T : class, new()
    {
        var keys = OptionBinder.KeysOf(typeof(T), renamed);
        _known.Add(name, [.. keys.Select(key => key.Key)]);
        foreach (var key in keys)
        {
            if (SettingMap.OptionsIn(typeof(T).GetProperty(key.Property)!.PropertyType) is { } entry)
                _known.Add($"{name}.{key.Key}", [.. OptionBinder.KeysOf(entry).Select(inner => inner.Key)]);
        }
        services.AddSingleton(OptionBinder.Bind<T>(configuration.GetSection(name), keys));
        return this;
    }
}
