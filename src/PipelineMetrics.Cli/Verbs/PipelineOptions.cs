using System.CommandLine;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Which part of the history the pipeline is counted of.</summary>
internal sealed class PipelineOptions
{
    private readonly RangeOptions _range;

    private readonly Option<string?> _asOf = new("--as-of")
    {
        Description = "Only what had happened by then: a time with offset",
        HelpName = "WHEN",
    };

    public PipelineOptions(Command verb)
    {
        _range = new RangeOptions(verb);
        verb.Options.Add(_asOf);
    }

    public Question Ask(string path, ParseResult given)
    {
        var question = new Question(path);
        _range.AddTo(question, given);
        return question.With("as_of", given.GetValue(_asOf));
    }

    /// <summary>Whether less than everything is asked about.</summary>
    public bool IsPart(ParseResult given) => Ask("", given).ToString().Length > 0;
}
