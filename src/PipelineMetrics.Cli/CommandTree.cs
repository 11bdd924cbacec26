using System.CommandLine;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Cli.Screen;
using PipelineMetrics.Cli.Verbs;

namespace PipelineMetrics.Cli;

/// <summary>All verbs, and how what is typed becomes an exit code.</summary>
internal static class CommandTree
{
    private const string Name = "pipeline-metrics";

    public static async Task<int> RunAsync(string[] args, Shell shell, CancellationToken stop = default)
    {
        var parsed = Create(shell).Parse(args);
        if (parsed.Errors.Count > 0) return Refuse(parsed, shell);
        try
        {
            var how = new InvocationConfiguration { Output = shell.Out, Error = shell.Error, EnableDefaultExceptionHandler = false };
            // Signals are the command's business there.
            if (parsed.CommandResult.Command is ExecVerb) how.ProcessTerminationTimeout = null;
            return await parsed.InvokeAsync(how, stop);
        }
        catch (CliException e)
        {
            return Say(shell, e.Message, e.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        // Whoever reads our output went away, as `head` does: not our failure.
        catch (IOException e) when (IsBrokenPipe(e))
        {
            return ExitCodes.Ok;
        }
        catch (Exception e) when (!parsed.GetValue(CommonOptions.Verbose))
        {
            return Say(shell, $"{e.GetType().Name}: {e.Message}", ExitCodes.Failed);
        }
    }

    public static RootCommand Create(Shell shell)
    {
        var root = new RootCommand("How often agents succeed, how long they take, what they cost, what is stuck.");
        CommonOptions.AddTo(root);
        foreach (var verb in Verbs(shell)) root.Subcommands.Add(verb);
        return root;
    }

    private static IEnumerable<Command> Verbs(Shell shell) =>
    [
        new DashboardVerb(shell),
        new StatusVerb(shell),
        new QueueVerb(shell),
        new MetricsVerb(shell),
        new TimeseriesVerb(shell),
        new HealthVerb(shell),
        new EventsVerb(shell),
        new SummaryVerb(shell),
        new ChainsVerb(shell),
        new RecordVerb(shell),
        new ExecVerb(shell),
        new ImportVerb(shell),
        new ExportVerb(shell),
        new RefreshVerb(shell),
        new CompactVerb(shell),
        new VerifyVerb(shell),
        new ConfigVerb(shell),
        new CompletionVerb(shell),
    ];

    private static int Refuse(ParseResult parsed, Shell shell)
    {
        string[] errors = UnknownVerb(parsed) is { } unknown ? [unknown] : [.. parsed.Errors.Select(error => error.Message)];
        foreach (var error in errors) shell.Error.WriteLine($"{Name}: {SafeText.Clean(error)}");
        var verb = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        shell.Error.WriteLine($"See '{Name}{verb} --help'.");
        return ExitCodes.Usage;
    }

    // Everything behind it is unknown then, too: one line says what is wrong.
    private static string? UnknownVerb(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0 || parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is not { } token) return null;
        string[] verbs = [.. command.Subcommands.Select(verb => verb.Name)];
        return $"'{token}' is no verb; "
            + (NearestName.Of(token, verbs) is { } nearest ? $"perhaps '{nearest}' was meant" : $"known are {string.Join(", ", verbs)}");
    }

    private static bool IsBrokenPipe(IOException e) =>
        e is not FileNotFoundException && (e.HResult == 32 || e.Message.Contains("Broken pipe", StringComparison.Ordinal));

    private static int Say(Shell shell, string message, int code)
    {
        shell.Error.WriteLine($"{Name}: {SafeText.Clean(message)}");
        return code;
    }
}
