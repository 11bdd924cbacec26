using System.CommandLine;
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
    private readonly FieldOptions _fields;
    private readonly Option<bool> _strict = new("--strict") { Description = "Refuse what the service does not know" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be sent" };
    private readonly string _newId = Guid.CreateVersion7().ToString();

    public RecordVerb(Shell shell) : base(shell, "record", "Record one finished attempt")
    {
        _fields = new FieldOptions(this, RecordFields.All);
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
            _fields.Write(json, given);
            if (IdGiven(given) is null) json.WriteString("id", _newId);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private string IdOf(ParseResult given) => IdGiven(given) ?? _newId;

    private string? IdGiven(ParseResult given) => _fields.Text(given, "id");
}
