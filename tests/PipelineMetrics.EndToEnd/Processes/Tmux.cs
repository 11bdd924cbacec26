using System.Diagnostics;
using System.Globalization;

namespace PipelineMetrics.EndToEnd.Processes;

/// <summary>A terminal with a shell in it that nobody looks at; everything in it goes when it is disposed.</summary>
internal sealed class Tmux : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);
    private readonly string _socket;

    private Tmux(string socket) => _socket = socket;

    public static Tmux Open(TestFolder folder, int columns, int rows)
    {
        var terminal = new Tmux(Path.Combine(folder.FullPath, "tmux"));
        terminal.Run("-f", "/dev/null", "new-session", "-d", "-x", Text(columns), "-y", Text(rows), "env PS1='$ ' sh");
        return terminal;
    }

    /// <summary>What stands on the screen.</summary>
    public string Screen => Run("capture-pane", "-p");

    /// <summary>Whether the screen is as it should be when no program holds it.</summary>
    public bool IsGivenBack =>
        Run("display-message", "-p", "#{cursor_flag} #{alternate_on} #{keypad_flag} #{keypad_cursor_flag}").Trim() == "1 0 0 0";

    /// <summary>The process of the shell.</summary>
    public string ShellId => Run("display-message", "-p", "#{pane_pid}").Trim();

    /// <summary>Types a line.</summary>
    public void Type(string line) => Run("send-keys", line, "Enter");

    /// <summary>Presses a key, such as C-c.</summary>
    public void Press(string key) => Run("send-keys", key);

    public void Resize(int columns, int rows) => Run("resize-window", "-x", Text(columns), "-y", Text(rows));

    /// <summary>Waits until the screen is so.</summary>
    public async Task UntilAsync(Func<string, bool> isSo)
    {
        try
        {
            await Eventually.HoldsAsync("the screen is so", Within, () => Task.FromResult(isSo(Screen)));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It is:\n{Screen}", e);
        }
    }

    public void Dispose() => Run("kill-server");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Run(params string[] words)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-S", _socket, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("TMUX");
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said : throw new IOException($"tmux {words[0]}: {process.StandardError.ReadToEnd()}");
    }
}
