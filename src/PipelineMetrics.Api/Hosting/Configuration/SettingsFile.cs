using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>The optional YAML file, flattened to configuration keys. Its variables are replaced while it is read.</summary>
internal sealed class SettingsFile
{
    public const string DefaultName = "pipeline-metrics.yaml";

    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _warnings = [];

    private SettingsFile(string? path) => Path = path;

    public string? Path { get; }

    public IReadOnlyDictionary<string, string?> Values => _values;

    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The named file, else the default one in the working directory if it is there.</summary>
    /// <exception cref="ConfigurationException">The named file does not exist, or it is not YAML.</exception>
    public static SettingsFile Find(string? named)
    {
        var path = System.IO.Path.GetFullPath(named is { Length: > 0 } ? named : DefaultName);
        if (File.Exists(path)) return Read(path);
        return named is { Length: > 0 } ? throw new ConfigurationException("config", "must name an existing file", named) : new(path: null);
    }

    private static SettingsFile Read(string path)
    {
        var file = new SettingsFile(path);
        try
        {
            using var text = File.OpenText(path);
            file.Load(text);
            return file;
        }
        catch (YamlException broken)
        {
            throw new ConfigurationException("config", $"must be YAML: {path} line {broken.Start.Line}: {broken.Message}", value: null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException("config", $"must be readable: {unreadable.Message}", path);
        }
    }

    private void Load(TextReader text)
    {
        var yaml = new YamlStream();
        yaml.Load(text);
        if (yaml.Documents.Count > 1) throw new ConfigurationException("config", "must hold one YAML document", Path);
        if (yaml.Documents.Count == 0 || yaml.Documents[0].RootNode is YamlScalarNode { Value: null or "" }) return;
        if (yaml.Documents[0].RootNode is not YamlMappingNode root) throw new ConfigurationException("config", "must hold sections", Path);
        Flatten("", root);
    }

    private void Flatten(string at, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping) Flatten(Join(at, (key as YamlScalarNode)?.Value ?? "?"), value);
                break;
            case YamlSequenceNode sequence:
                foreach (var (index, item) in sequence.Index()) Flatten(Join(at, index.ToString()), item);
                break;
            case YamlScalarNode { Value: { } text } scalar when !IsNull(scalar, text):
                Keep(at, text);
                break;
        }
    }

    private void Keep(string key, string text)
    {
        if (!EnvironmentText.TryExpand(text, out var value, out var missing))
            _warnings.Add($"'{key.Replace(':', '.')}' is left out, because the environment variable {missing} is not set");
        else if (!_values.TryAdd(key, value))
            throw new ConfigurationException(key.Replace(':', '.'), "must be given once", text);
    }

    private static bool IsNull(YamlScalarNode scalar, string text) => scalar.Style == ScalarStyle.Plain && text is "" or "~" or "null";

    private static string Join(string at, string key) => at.Length == 0 ? key : $"{at}:{key}";
}
