using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd;

/// <summary>The dashboard of the command line in a real terminal, before a real service.</summary>
public sealed class DashboardTests
{
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "pipeline-metrics.dll");

    [FactNeeding(Tool.Tmux)]
    public async Task Ctrl_C_leaves_the_screen_as_it_was_and_the_cursor_to_be_seen()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("one");
        using var terminal = Tmux.Open(folder, 80, 24);
        terminal.Type("clear; echo before");
        await terminal.UntilAsync(screen => screen.StartsWith("before", StringComparison.Ordinal));

        await OpenAsync(terminal, service);
        terminal.IsGivenBack.ShouldBeFalse();
        terminal.Press("C-c");
        await terminal.UntilAsync(screen => screen.StartsWith("before", StringComparison.Ordinal) && terminal.IsGivenBack);

        terminal.Screen.ShouldNotContain("task-of-one");
        terminal.Type("echo ended with $?");
        await terminal.UntilAsync(screen => screen.Contains("ended with 130", StringComparison.Ordinal));
    }

    [FactNeeding(Tool.Tmux)]
    public async Task A_terminal_of_another_size_is_drawn_anew_at_once()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("one");
        using var terminal = Tmux.Open(folder, 80, 24);
        await OpenAsync(terminal, service);

        // Two columns, without an answer in between: the next comes in an hour.
        terminal.Resize(160, 40);
        await terminal.UntilAsync(screen => screen.Split('\n').Any(line => line.StartsWith("active", StringComparison.Ordinal) && line.Contains("runner", StringComparison.Ordinal)));
        terminal.Resize(60, 12);
        await terminal.UntilAsync(screen => screen.Split('\n').Any(line => line.StartsWith("finished", StringComparison.Ordinal)) && screen.Contains("task-of-one", StringComparison.Ordinal));

        terminal.Press("q");
        await terminal.UntilAsync(_ => terminal.IsGivenBack);
    }

    [FactNeeding(Tool.Tmux)]
    public async Task Sigterm_leaves_a_clean_screen_too_and_what_was_typed_is_not_in_it()
    {
        using var folder = new TestFolder();
        await using var service = await ServiceProcess.StartAsync(folder);
        await service.Http.RecordAsync("one");
        using var terminal = Tmux.Open(folder, 80, 24);
        terminal.Type("clear");
        await OpenAsync(terminal, service);
        terminal.Press("x");
        terminal.Press("y");

        // The dashboard is the only program in the terminal besides its shell.
        Shell.Run("pkill", "-TERM", "-P", terminal.ShellId);

        await terminal.UntilAsync(_ => terminal.IsGivenBack);
        terminal.Screen.ShouldNotContain("xy");
    }

    private static async Task OpenAsync(Tmux terminal, ServiceProcess service)
    {
        terminal.Type($"dotnet {Command} dashboard --url {service.Http.BaseAddress} --interval-seconds 3600");
        await terminal.UntilAsync(screen => screen.Contains("task-of-one", StringComparison.Ordinal));
    }
}
