using Spectre.Console;

namespace PipelineMetrics.Cli;

/// <summary>What surrounds a command: where its data and its messages go, and what it may know. Tests give their own.</summary>
internal sealed class Shell
{
    /// <summary>Data: what a pipe behind the command reads.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages and progress: never part of the data.</summary>
    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>The value of an environment variable; null when it is absent or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Whether somebody looks at <see cref="Out"/> on a terminal.</summary>
    public required bool OutIsTerminal { get; init; }

    /// <summary>Whether somebody looks at <see cref="Error"/> on a terminal.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>Columns to fill when nobody looks at a terminal; null for the terminal's own.</summary>
    public int? Width { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Shell OfThisProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected ? 120 : null,
    };

    /// <summary>The data stream as a console: with colours where somebody looks, unless they are not wanted.</summary>
    public IAnsiConsole Screen(bool noColor) => NewConsole(Out, OutIsTerminal, noColor);

    /// <summary>The stream of messages as a console, for progress.</summary>
    public IAnsiConsole Messages(bool noColor) => NewConsole(Error, ErrorIsTerminal, noColor);

    private IAnsiConsole NewConsole(TextWriter writer, bool isTerminal, bool noColor)
    {
        var forced = Variable("FORCE_COLOR") is not null;
        var hasColor = !noColor && Variable("NO_COLOR") is null && Variable("TERM") != "dumb" && (isTerminal || forced);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal || hasColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });
        if (Width is { } width) console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
