using System.CommandLine;
using PipelineMetrics.Aggregation;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Which completions figures are about, in which groups and in what detail.</summary>
internal sealed class FigureOptions
{
    private readonly RangeOptions _range;
    private readonly List<(string Parameter, Option<string[]> Option)> _filters;

    private readonly Option<string[]> _groupBy = new("--group-by")
    {
        Description = "Also by this dimension: any of the filters; may be repeated, or several with commas",
        HelpName = "NAME",
    };

    private readonly Option<bool> _detail = new("--detail") { Description = "Everything there is to say of each group" };

    public FigureOptions(Command verb)
    {
        _range = new RangeOptions(verb);
        _filters = [.. Dimensions.All.Select(Dimensions.NameOf).Select(name => (name, Filter(name)))];
        foreach (var (_, option) in _filters) verb.Options.Add(option);
        verb.Options.Add(_groupBy);
        verb.Options.Add(_detail);
    }

    public bool Detail(ParseResult given) => given.GetValue(_detail);

    public void AddTo(Question question, ParseResult given, bool detail)
    {
        _range.AddTo(question, given);
        foreach (var (parameter, option) in _filters) question.With(parameter, given.GetValue(option));
        question.With("group_by", given.GetValue(_groupBy)).With("detail", detail ? "full" : null);
    }

    private static Option<string[]> Filter(string name) => new($"--{name.Replace('_', '-')}")
    {
        Description = $"Only with this {name.Replace('_', ' ')}; may be repeated: one of them",
        HelpName = "VALUE",
    };
}
