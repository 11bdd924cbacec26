using System.Buffers;
using System.CommandLine;
using System.IO.Pipelines;
using PipelineMetrics.Pricing;
using PipelineMetrics.Transcripts;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>Importing the sessions that agent programs keep.</summary>
internal sealed class TranscriptOptions
{
    private readonly Shell _shell;

    private readonly Option<string?> _program = new Option<string?>("--transcripts")
    {
        Description = "Take the sessions this program keeps, from the given files or directories or from where it keeps them",
        HelpName = "PROGRAM",
    }.AcceptOnlyFromAmong([.. TranscriptPlaces.Harnesses]);

    private readonly Option<string> _unit = new Option<string>("--unit")
    {
        Description = "With --transcripts: what becomes one completion, a session or each prompt",
        HelpName = "UNIT",
        DefaultValueFactory = _ => "session",
    }.AcceptOnlyFromAmong("session", "prompt");

    private readonly Option<string?> _type = new("--type") { Description = "With --transcripts: the kind of work they were, such as impl", HelpName = "TYPE" };
    private readonly Option<string?> _prices = new("--prices")
    {
        Description = "With --transcripts: your own prices, before the built-in ones",
        HelpName = "FILE",
    };

    public TranscriptOptions(Command verb, Shell shell)
    {
        _shell = shell;
        foreach (var option in (Option[])[_program, _unit, _type, _prices]) verb.Options.Add(option);
    }

    /// <summary>The program whose sessions are asked for; null when none is.</summary>
    public string? ProgramOf(ParseResult given) => given.GetValue(_program);

    /// <summary>The completions of the sessions, a line each, made while they are read; the import tells afterwards what became of them.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="paths">Files and directories; none for where the program keeps them.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="CliException">There is nothing to read, or the prices cannot be read.</exception>
    public (Stream Lines, TranscriptImport Import) Read(ParseResult given, string[] paths, CancellationToken stop)
    {
        var program = ProgramOf(given)!;
        if (Array.Find(paths, path => !Path.Exists(path)) is { } missing)
            throw new CliException(ExitCodes.Failed, $"{missing}: there is no such file or directory");
        var unit = given.GetValue(_unit) == "prompt" ? TranscriptUnit.Prompt : TranscriptUnit.Session;
        var import = new TranscriptImport(program, unit, Prices(given), _shell.Clock) { TaskType = given.GetValue(_type) };
        var places = paths.Length > 0 ? paths : Places(program);
        var pipe = new Pipe();
        _ = Task.Run(() => WriteAsync(import, places, pipe.Writer, stop), CancellationToken.None);
        return (pipe.Reader.AsStream(), import);
    }

    private PriceTable Prices(ParseResult given)
    {
        try
        {
            return new PricingOptions { File = given.GetValue(_prices) ?? "" }.LoadTable();
        }
        catch (InvalidDataException e)
        {
            throw new CliException(ExitCodes.Failed, $"--prices: {e.Message}");
        }
    }

    private string[] Places(string program)
    {
        string[] places = [.. TranscriptPlaces.Of(program, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), _shell.Variable)];
        if (places.Length > 0) return places;
        throw new CliException(ExitCodes.Failed, $"{program} keeps no sessions here: name the files or directories to read");
    }

    private static async Task WriteAsync(TranscriptImport import, string[] places, PipeWriter lines, CancellationToken stop)
    {
        try
        {
            foreach (var completion in places.SelectMany(import.Read))
            {
                completion.WriteTo(lines);
                lines.Write("\n"u8);
                if ((await lines.FlushAsync(stop)).IsCompleted) break;
            }
            await lines.CompleteAsync();
        }
        catch (Exception e)
        {
            // Whoever reads the lines meets it.
            await lines.CompleteAsync(e);
        }
    }
}
