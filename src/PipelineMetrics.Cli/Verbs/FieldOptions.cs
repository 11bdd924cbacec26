using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Fields of a completion as options of a verb, and <c>--metadata</c> for everything else.</summary>
internal sealed class FieldOptions
{
    private readonly List<(RecordField Field, Option<string[]> Option)> _fields = [];
    private readonly Option<string[]> _metadata = new("--metadata") { Description = "Anything else, KEY=VALUE; once per key", HelpName = "KEY=VALUE" };

    public FieldOptions(Command verb, IEnumerable<RecordField> fields)
    {
        foreach (var field in fields)
        {
            var option = new Option<string[]>(field.OptionName, field.Aliases)
            {
                Description = field.Help,
                HelpName = field.Kind.ToString().ToUpperInvariant(),
            };
            _fields.Add((field, option));
            verb.Options.Add(option);
        }
        verb.Options.Add(_metadata);
    }

    /// <summary>The text of a field as it was given; null when it was not.</summary>
    public string? Text(ParseResult given, string name) => given.GetValue(_fields.Find(entry => entry.Field.Name == name).Option)?.LastOrDefault();

    /// <summary>Writes what was given as members of an object.</summary>
    /// <exception cref="CliException">A value is none of its kind, or was given twice.</exception>
    public void Write(Utf8JsonWriter json, ParseResult given)
    {
        foreach (var (field, option) in _fields) Write(json, field, given.GetValue(option) ?? []);
        WriteMetadata(json, given.GetValue(_metadata) ?? []);
    }

    private static void Write(Utf8JsonWriter json, RecordField field, string[] values)
    {
        if (values.Length == 0) return;
        if (values.Length > 1 && field.Kind != FieldKind.List) throw new CliException(ExitCodes.Usage, $"{field.OptionName}: give it once");
        json.WritePropertyName(field.Name);
        switch (field.Kind)
        {
            case FieldKind.Number:
                json.WriteRawValue(NumberOf(field, values[0]));
                break;
            case FieldKind.Flag:
                json.WriteBooleanValue(FlagOf(field, values[0]));
                break;
            case FieldKind.List:
                JsonSerializer.Serialize(json, values);
                break;
            default:
                json.WriteStringValue(values[0]);
                break;
        }
    }

    private static string NumberOf(RecordField field, string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw new CliException(ExitCodes.Usage, $"{field.OptionName}: '{text}' is no number");

    private static bool FlagOf(RecordField field, string text) =>
        bool.TryParse(text, out var flag) ? flag : throw new CliException(ExitCodes.Usage, $"{field.OptionName}: '{text}' must be true or false");

    private static void WriteMetadata(Utf8JsonWriter json, string[] entries)
    {
        if (entries.Length == 0) return;
        json.WriteStartObject("metadata");
        foreach (var entry in entries)
        {
            var at = entry.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) throw new CliException(ExitCodes.Usage, $"--metadata: '{entry}' must be KEY=VALUE");
            json.WriteString(entry[..at], entry[(at + 1)..]);
        }
        json.WriteEndObject();
    }
}
