using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using PipelineMetrics.Cli.Exec;
using PipelineMetrics.Cli.Screen;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli;

/// <summary>What surrounds a command: where its data and its messages go, and what it may know. Tests give their own.</summary>
internal sealed class Shell
{
    /// <summary>Data: what a pipe behind the command reads.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Messages and progress: never part of the data.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The value of an environment variable; null when it is absent or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Whether somebody looks at <see cref="Out"/> on a terminal.</summary>
    public required bool OutIsTerminal { get; init; }

    /// <summary>Whether somebody looks at <see cref="Error"/> on a terminal.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>What there is room for; where nobody looks at a terminal, as many rows as it takes.</summary>
    public required Func<ScreenSize> Size { get; init; }

    /// <summary>Says when the terminal has another size, until what is returned is disposed; null where nothing says so.</summary>
    public Func<Action, IDisposable>? WhenResized { get; init; }

    /// <summary>Waits for a key, which then is not shown; null where nobody can press one.</summary>
    public Func<char>? ReadKey { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static Shell OfThisProcess() => new()
    {
        Out = Output(),
        Error = OperatingSystem.IsWindows() ? Console.Error : WriterTo(new RawOutput(2)),
        Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Size = Console.IsOutputRedirected ? () => ScreenSize.OfNoTerminal : ScreenSize.OfTerminal,
        WhenResized = OperatingSystem.IsWindows() ? null : OnResize,
        ReadKey = Console.IsInputRedirected ? null : () => Console.ReadKey(intercept: true).KeyChar,
    };

    /// <summary>Whether the terminal is another program's for this run; then nothing is changed there, and nothing given back.</summary>
    public bool IsLent { get; set; }

    /// <summary>Whether <see cref="Out"/> is a terminal that can be drawn on.</summary>
    public bool CanDraw => OutIsTerminal && Variable("TERM") != "dumb";

    /// <summary>
    /// Leaves the terminal as other programs expect it: the runtime changes what arrow keys send as soon as it is asked for anything, and
    /// does not change it back.
    /// </summary>
    public void GiveBack()
    {
        if (!CanDraw || IsLent) return;
        Out.Write("\e[?1l\e>");
        Out.Flush();
    }

    /// <summary>The data stream as a console: with colours where somebody looks, unless they are not wanted.</summary>
    public IAnsiConsole Screen(bool noColor) => NewConsole(Out, OutIsTerminal, noColor);

    /// <summary>The stream of messages as a console, for progress.</summary>
    public IAnsiConsole Messages(bool noColor) => NewConsole(Error, ErrorIsTerminal, noColor);

    /// <summary>What <see cref="Screen"/> would show, as text.</summary>
    public string Draw(IRenderable picture, bool noColor)
    {
        using var text = new StringWriter();
        NewConsole(text, OutIsTerminal, noColor).Write(picture);
        return text.ToString();
    }

    /// <summary>JSON as it came; where somebody looks, with escapes for what a terminal could obey.</summary>
    public string Json(string json) => OutIsTerminal ? SafeText.Json(json) : json;

    // The console keeps it to itself when nobody reads any more; who watches must hear of it, to end.
    private static TextWriter Output() => OperatingSystem.IsWindows() ? Console.Out : WriterTo(new RawOutput(1));

    private static TextWriter WriterTo(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    [UnsupportedOSPlatform("windows")]
    private static PosixSignalRegistration OnResize(Action resized) => PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized());

    private IAnsiConsole NewConsole(TextWriter writer, bool isTerminal, bool noColor)
    {
        var canDraw = isTerminal && Variable("TERM") != "dumb";
        var hasColor = !noColor && Variable("NO_COLOR") is null && (canDraw || (!isTerminal && Variable("FORCE_COLOR") is not null));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = canDraw || hasColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = hasColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = canDraw ? InteractionSupport.Yes : InteractionSupport.No,
        });
        (console.Profile.Width, console.Profile.Height) = Size();
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}

/// <summary>Columns and rows of a screen.</summary>
internal readonly record struct ScreenSize(int Columns, int Rows)
{
    /// <summary>Room for what a file or a pipe gets.</summary>
    public static readonly ScreenSize OfNoTerminal = new(120, 100);

    /// <summary>What a terminal has that does not say how large it is.</summary>
    private static readonly ScreenSize Usual = new(80, 24);

    public static ScreenSize OfTerminal()
    {
        var (columns, rows) = (Console.WindowWidth, Console.WindowHeight);
        return columns > 0 && rows > 0 ? new ScreenSize(columns, rows) : Usual;
    }
}
