using System.CommandLine;
using System.Text.Json;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`events`: the history, page by page, or as it goes on.</summary>
internal sealed class EventsVerb : ReadVerb<HistoryResponse>
{
    private static readonly string[] FilterNames = ["event_type", "entity_type", "entity_id", "task_id", "chain_id", "request_id"];
    private readonly Shell _shell;
    private readonly RangeOptions _range;
    private readonly List<(string Parameter, Option<string[]> Option)> _filters = [.. FilterNames.Select(name => (name, Filter(name)))];
    private readonly Option<string?> _order = new("--order") { Description = "asc (default): oldest first; desc: newest first", HelpName = "ORDER" };
    private readonly Option<int?> _limit = NumberOption.Whole("--limit", "How many lines, 1 to 1000; default 100");

    private readonly Option<string?> _cursor = new("--cursor")
    {
        Description = "Begin behind this place: the next of the page before, a seq, or latest",
        HelpName = "CURSOR",
    };

    private readonly Option<bool> _follow = new("--follow", "-f")
    {
        Description = "Go on with each new line; begins now, or where --since, --window or --cursor say",
    };

    public EventsVerb(Shell shell) : base(shell, "events", "What happened, line by line, or as it happens", canWatch: false)
    {
        _shell = shell;
        _range = new RangeOptions(this);
        foreach (var (_, option) in _filters) Options.Add(option);
        foreach (var option in (Option[])[_order, _limit, _cursor, _follow]) Options.Add(option);
        Validators.Add(result =>
        {
            if (!result.GetValue(_follow)) return;
            if (result.GetValue(CommonOptions.Log) is { } log)
                result.AddError($"--follow: needs a service; 'tail -F {log}/metrics.jsonl {log}/events.jsonl' follows a directory");
            if (result.GetValue(_limit) is not null || result.GetValue(_order) is not null) result.AddError("--follow: has no --limit and no --order");
        });
    }

    protected override Question Ask(ParseResult given) => Filtered(given)
        .With("order", given.GetValue(_order)).With("limit", given.GetValue(_limit)).With("cursor", given.GetValue(_cursor));

    protected override IRenderable Show(HistoryResponse answer, ParseResult given)
    {
        List<IRenderable> parts = [.. answer.Items.Select(HistoryLine.Of)];
        if (answer.Next is { } next) parts.Add(new Line(new Cell($"There may be more: --cursor {next}", Look.Quiet)));
        else if (parts.Count == 0) parts.Add(new Line("Nothing."));
        return new Rows(parts);
    }

    protected override Task<int> RunAsync(ParseResult given, CancellationToken stop) =>
        given.GetValue(_follow) ? FollowAsync(given, stop) : base.RunAsync(given, stop);

    private Question Filtered(ParseResult given)
    {
        var question = new Question(Routes.Events);
        _range.AddTo(question, given);
        foreach (var (parameter, option) in _filters) question.With(parameter, given.GetValue(option));
        return question;
    }

    private async Task<int> FollowAsync(ParseResult given, CancellationToken stop)
    {
        await using var service = await ServiceConnection.OpenAsync(given, _shell, Use.Read, stop);
        var follower = new HistoryFollower(service, _shell, cursor => Filtered(given).With("follow", "true").With("cursor", cursor).ToString());
        var asJson = given.GetValue(CommonOptions.Json);
        await follower.RunAsync(given.GetValue(_cursor), _range.IsGiven(given), Take, stop);
        return ExitCodes.Interrupted;

        void Take(string line) => _shell.Out.Write(asJson ? _shell.Json(line) + "\n" : Shown(line, given));
    }

    private string Shown(string line, ParseResult given) => _shell.Draw(HistoryLine.Of(JsonElement.Parse(line)), given.GetValue(CommonOptions.NoColor));

    private static Option<string[]> Filter(string name) => new($"--{name.Replace('_', '-')}")
    {
        Description = $"Only with this {name.Replace('_', ' ')}; may be repeated: one of them",
        HelpName = "VALUE",
    };
}
