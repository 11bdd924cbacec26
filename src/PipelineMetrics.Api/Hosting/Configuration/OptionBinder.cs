using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>
/// Fills an options class from its section: snake_case keys, strict values, then the class's own annotations.
/// A default is trusted as written; a given value that breaks a rule stops the start.
/// </summary>
internal static class OptionBinder
{
    /// <exception cref="ConfigurationException">A value cannot be read or is out of its range.</exception>
    public static T Bind<T>(IConfigurationSection section, IReadOnlyList<SettingKey> keys) where T : class, new() => (T)Bind(typeof(T), section, keys);

    /// <exception cref="ConfigurationException">A value cannot be read or is out of its range.</exception>
    public static object Bind(Type type, IConfigurationSection section, IReadOnlyList<SettingKey> keys)
    {
        var options = Activator.CreateInstance(type)!;
        foreach (var key in keys)
        {
            var property = type.GetProperty(key.Property)!;
            var setting = key.Key == SettingKey.WholeSection ? section : section.GetSection(key.Key);
            if (Given(setting, property, key) is { } value) property.SetValue(options, value);
            Check(options, property, setting);
        }

        return options;
    }

    /// <summary>The keys of a class: its settable properties, renamed where the section says so.</summary>
    public static IReadOnlyList<SettingKey> KeysOf(Type type, params SettingKey[] renamed) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && (SettingValue.Knows(property.PropertyType) || IsList(property) || SettingMap.IsOne(property.PropertyType)))
            .Select(property => Array.Find(renamed, key => key.Property == property.Name) ?? SettingKey.Of(property.Name))];

    private static object? Given(IConfigurationSection setting, PropertyInfo property, SettingKey key)
    {
        if (IsList(property)) return List(setting);
        if (SettingMap.IsOne(property.PropertyType)) return SettingMap.Read(setting, property.PropertyType);
        if (setting.Value is not { } text) return null;
        if (SettingValue.TryRead(property.PropertyType, key.Plain(text), out var value, out var rule)) return value;
        throw new ConfigurationException(NameOf(setting), key.Rule(rule), text);
    }

    /// <summary>A list in the file, or one text with commas where only that fits (environment, command line), which then wins.</summary>
    private static string[]? List(IConfigurationSection setting)
    {
        const StringSplitOptions Items = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        if (setting.Value is { } text) return text.Split(',', Items);
        var items = setting.GetChildren().Select(child => child.Value).OfType<string>().ToArray();
        return items.Length > 0 ? items : null;
    }

    private static bool IsList(PropertyInfo property) => property.PropertyType == typeof(IReadOnlyList<string>);

    private static void Check(object options, PropertyInfo property, IConfigurationSection setting)
    {
        var value = property.GetValue(options);
        var broken = property.GetCustomAttributes<ValidationAttribute>().FirstOrDefault(rule => !rule.IsValid(value));
        if (broken is null) return;
        var text = setting.Value ?? (SettingMap.IsOne(property.PropertyType) ? SettingMap.Show(setting) : Convert.ToString(value));
        throw new ConfigurationException(NameOf(setting), RuleOf(broken, NameOf(setting)), text);
    }

    /// <summary>A setting as it is called everywhere.</summary>
    internal static string NameOf(IConfigurationSection setting) => setting.Path.Replace(':', '.').ToLowerInvariant();

    private static string RuleOf(ValidationAttribute rule, string key) => rule switch
    {
        RangeAttribute range => $"must be between {range.Minimum} and {range.Maximum}",
        RequiredAttribute => "must not be empty",
        _ => rule.FormatErrorMessage(key),
    };
}
