namespace PipelineMetrics.Harnesses;

/// <summary>
/// Reads what an agent program prints while it passes by, and says at the end what the program told about its run. For one caller at a time.
/// </summary>
/// <remarks>
/// Holds at most <see cref="MostHeldBytes"/> of the output. Output that is text, cut off, or not the program's at all is passed over: then the
/// report says which program it was, and nothing else.
/// </remarks>
public sealed class HarnessOutput
{
    /// <summary>Memory that the output takes at most, whatever is printed: 5 MiB, and as much again for a moment while a message is
    /// read.</summary>
    public const int MostHeldBytes = PrintedJson.MostLineBytes + PrintedJson.MostDocumentBytes;

    private readonly OutputReader _reader;
    private readonly PrintedJson _printed;
    private readonly AnalyticsFile? _file;

    private HarnessOutput(string? harness, OutputReader reader, AnalyticsFile? file = null)
    {
        (Harness, _reader, _file) = (harness, reader, file);
        _printed = new PrintedJson(reader.Read);
    }

    /// <summary>The agent program, by the name of the command; null when it is none that is known. It may still run one, which its output
    /// tells.</summary>
    public string? Harness { get; }

    internal int HeldBytes => _printed.HeldBytes;

    /// <summary>Gets ready for what a command prints. Before the command starts, since Aider's log is read from where it ends now.</summary>
    /// <param name="command">The program and its arguments; not empty.</param>
    /// <param name="directory">The working directory of the command, an absolute path.</param>
    public static HarnessOutput Of(IReadOnlyList<string> command, string directory)
    {
        ArgumentOutOfRangeException.ThrowIfZero(command.Count);
        var harness = HarnessNames.OfProgram(command[0]);
        return harness switch
        {
            HarnessNames.ClaudeCode => new HarnessOutput(harness, new ClaudeOutput()),
            HarnessNames.Codex => new HarnessOutput(harness, new CodexOutput(command)),
            HarnessNames.OpenCode => new HarnessOutput(harness, new OpenCodeOutput(command)),
            HarnessNames.GeminiCli => new HarnessOutput(harness, new GeminiOutput(command)),
            HarnessNames.Aider => new HarnessOutput(harness, new AiderOutput(command), AnalyticsFile.Of(command, directory)),
            _ => new HarnessOutput(null, new AnyOutput()),
        };
    }

    /// <summary>Takes what the command printed next on its standard output; not needed any more when this returns.</summary>
    public void Append(ReadOnlySpan<byte> printed)
    {
        // What Aider prints is for people; it tells programs in a file.
        if (Harness != HarnessNames.Aider) _printed.Append(printed);
    }

    /// <summary>Ends the output. To be called once, after the command has ended.</summary>
    /// <param name="exitCode">How it ended; null when a signal ended it.</param>
    /// <returns>What the program told.</returns>
    public HarnessReport Finish(int? exitCode)
    {
        _file?.ReadInto(_printed);
        _printed.Finish();
        return _reader.Report(exitCode);
    }
}
