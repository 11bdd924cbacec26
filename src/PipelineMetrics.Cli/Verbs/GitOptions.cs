using System.Buffers;
using System.CommandLine;
using PipelineMetrics.Importing;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Importing what the history of a repository tells.</summary>
internal sealed class GitOptions
{
    private readonly Option<string?> _repository = new("--from-git")
    {
        Description = "Take the history of the task and request files of this repository; default the working directory",
        HelpName = "PATH",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<DateTimeOffset?> _since = new("--since")
    {
        Description = "With --from-git: only what was written at this time or later",
        HelpName = "TIME",
    };

    public GitOptions(Command verb)
    {
        verb.Options.Add(_repository);
        verb.Options.Add(_since);
    }

    /// <summary>The repository that is asked for; null when none is.</summary>
    public string? RepositoryOf(ParseResult given) => given.GetResult(_repository) is null ? null : given.GetValue(_repository) ?? ".";

    /// <summary>The facts, a line each.</summary>
    /// <exception cref="CliException">git could not tell; the message is its own.</exception>
    public async Task<Stream> ReadAsync(ParseResult given, CancellationToken stop)
    {
        try
        {
            var facts = await GitHistory.ReadAsync(RepositoryOf(given)!, new GitHistoryOptions { Since = given.GetValue(_since) }, stop);
            var lines = new ArrayBufferWriter<byte>();
            foreach (var fact in facts)
            {
                fact.WriteTo(lines);
                lines.Write("\n"u8);
            }
            return new MemoryStream(lines.WrittenSpan.ToArray());
        }
        catch (GitException e)
        {
            throw new CliException(ExitCodes.Failed, $"git: {e.Message}");
        }
    }
}
