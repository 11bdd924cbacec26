using System.Collections;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>A setting that maps names, or other plain values, to plain values or to settings of their own.</summary>
internal static class SettingMap
{
    /// <summary>Whether a property of this type is one.</summary>
    public static bool IsOne(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);

    /// <summary>The class of its entries when they are settings of their own; else null.</summary>
    public static Type? OptionsIn(Type type) => IsOne(type) && !SettingValue.Knows(type.GenericTypeArguments[1]) ? type.GenericTypeArguments[1] : null;

    /// <summary>The entries that are given, which then are all there are; null when none is.</summary>
    /// <exception cref="ConfigurationException">A name or a value cannot be read, or a name is given twice.</exception>
    public static object? Read(IConfigurationSection setting, Type type)
    {
        if (setting.Value is { Length: > 0 } text) throw new ConfigurationException(OptionBinder.NameOf(setting), "must hold names with values", text);
        var entries = setting.GetChildren().ToList();
        if (entries.Count == 0) return null;
        var (nameType, valueType) = (type.GenericTypeArguments[0], type.GenericTypeArguments[1]);
        var map = NewMap(nameType, valueType);
        foreach (var entry in entries)
        {
            var name = Plain(nameType, entry, NamePlain(nameType, entry.Key));
            if (map.Contains(name)) throw new ConfigurationException(OptionBinder.NameOf(entry), "must be given once", null);
            map.Add(name, ValueOf(entry, valueType));
        }
        return map;
    }

    /// <summary>What is given, as text for an error.</summary>
    public static string Show(IConfigurationSection setting) => string.Join(", ", setting.GetChildren().Select(entry => $"{entry.Key}: {entry.Value}"));

    // Names of settings have no case, whatever they are names of.
    private static IDictionary NewMap(Type nameType, Type valueType)
    {
        var type = typeof(Dictionary<,>).MakeGenericType(nameType, valueType);
        return (IDictionary)(nameType == typeof(string) ? Activator.CreateInstance(type, StringComparer.OrdinalIgnoreCase) : Activator.CreateInstance(type))!;
    }

    private static string NamePlain(Type nameType, string name) => nameType == typeof(string) ? name : name.ToLowerInvariant();

    private static object ValueOf(IConfigurationSection entry, Type type)
    {
        if (SettingValue.Knows(type)) return Plain(type, entry, entry.Value ?? "");
        if (entry.Value is { Length: > 0 } text) throw new ConfigurationException(OptionBinder.NameOf(entry), "must hold settings", text);
        return OptionBinder.Bind(type, entry, OptionBinder.KeysOf(type));
    }

    private static object Plain(Type type, IConfigurationSection entry, string text) => SettingValue.TryRead(type, text, out var value, out var rule)
        ? value!
        : throw new ConfigurationException(OptionBinder.NameOf(entry), rule, text);
}
