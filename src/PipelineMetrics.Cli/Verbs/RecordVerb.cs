using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`record`: tells one finished attempt.</summary>
internal sealed class RecordVerb : ActionVerb<CompletionReceipt>
{
    private readonly List<(RecordField Field, Option<string[]> Option)> _fields = [];
    private readonly Option<string[]> _metadata = new("--metadata") { Description = "Anything else, KEY=VALUE; once per key", HelpName = "KEY=VALUE" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Refuse what the service does not know" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be sent" };
    private readonly string _newId = Guid.CreateVersion7().ToString();

    public RecordVerb(Shell shell) : base(shell, "record", "Record one finished attempt")
    {
        foreach (var field in RecordFields.All)
        {
            var option = new Option<string[]>(field.OptionName, field.Aliases)
            {
                Description = field.Help,
                HelpName = field.Kind.ToString().ToUpperInvariant(),
            };
            _fields.Add((field, option));
            Options.Add(option);
        }
        Options.Add(_metadata);
        Options.Add(_strict);
        Options.Add(_dryRun);
    }

    protected override HttpRequestMessage Request(ParseResult given)
    {
        var request = Post(Routes.Completions, Body(given));
        if (given.GetValue(_strict)) request.Headers.Add("Prefer", "handling=strict");
        return request;
    }

    protected override string? Preview(ParseResult given) => given.GetValue(_dryRun) ? Body(given) : null;

    protected override string Advice(ParseResult given) => $"Recording it again with --id {IdOf(given)} stores it once.";

    protected override IRenderable Show(CompletionReceipt answer, ParseResult given)
    {
        var said = new Line(answer.Duplicate ? $"{answer.Id} was recorded before" : $"recorded {answer.Id}");
        return new Rows([said, .. (answer.Warnings ?? []).Select(warning => new Line($"warning: {warning}"))]);
    }

    // With an id of ours in it, so that who does not get an answer can ask again without counting twice.
    private string Body(ParseResult given)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (field, option) in _fields) Write(json, field, given.GetValue(option) ?? []);
            if (IdGiven(given) is null) json.WriteString("id", _newId);
            WriteMetadata(json, given.GetValue(_metadata) ?? []);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private string IdOf(ParseResult given) => IdGiven(given) ?? _newId;

    private string? IdGiven(ParseResult given) => given.GetValue(_fields.Find(entry => entry.Field.Name == "id").Option)?.LastOrDefault();

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
