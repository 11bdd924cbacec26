using System.CommandLine;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Which time a question is about; the service checks what is given and says what is wrong with it.</summary>
internal sealed class RangeOptions
{
    private readonly Option<string?> _window = new("--window") { Description = "The last stretch of time, such as 24h or 7d", HelpName = "LENGTH" };
    private readonly Option<string?> _since = new("--since") { Description = "From here on: 24h, 7d, or a time with offset", HelpName = "WHEN" };
    private readonly Option<string?> _until = new("--until") { Description = "Up to here, exclusive: 24h, 7d, or a time with offset", HelpName = "WHEN" };

    public RangeOptions(Command verb)
    {
        verb.Options.Add(_window);
        verb.Options.Add(_since);
        verb.Options.Add(_until);
    }

    public void AddTo(Question question, ParseResult given) => question
        .With("window", given.GetValue(_window)).With("since", given.GetValue(_since)).With("until", given.GetValue(_until));

    public bool IsGiven(ParseResult given) => given.GetValue(_window) is not null || given.GetValue(_since) is not null || given.GetValue(_until) is not null;
}
