namespace PipelineMetrics.Cli.Tests;

/// <summary>What a command came to.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    /// <summary>Runs the command line in this process, as one would from a script: no terminal, 100 columns.</summary>
    public static Task<CliRun> OfAsync(params string[] args) => WithAsync([], args);

    /// <summary>The same with an environment of its own; no variable of this process shows through.</summary>
    public static Task<CliRun> WithAsync(Dictionary<string, string> environment, params string[] args) =>
        WithAsync(environment, new ScreenSize(100, 100), args);

    /// <summary>The same with room for so many columns and rows.</summary>
    public static async Task<CliRun> WithAsync(Dictionary<string, string> environment, ScreenSize size, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var shell = new Shell
        {
            Out = output,
            Error = error,
            Variable = name => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Size = () => size,
        };
        var code = await CommandTree.RunAsync(args, shell);
        return new CliRun(code, output.ToString(), error.ToString());
    }
}
