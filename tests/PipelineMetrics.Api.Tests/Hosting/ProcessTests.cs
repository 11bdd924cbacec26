using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PipelineMetrics.Api.Tests.Hosting;

/// <summary>The real program: what it says and how it ends.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData("--limits:json_depth=999", "limits.json_depth must be between 4 and 64; got '999'")]
    [InlineData("--urls=http://0.0.0.0:1", "urls must be a loopback address")]
    [InlineData("--config=/nowhere.yaml", "config must name an existing file; got '/nowhere.yaml'")]
    public async Task A_wrong_setting_ends_with_78_and_one_line(string arg, string said)
    {
        var (code, error) = await RunAsync(arg);
        code.ShouldBe(78);
        error.ShouldContain(said);
        error.Trim().Split('\n').Length.ShouldBe(1);
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_health_check_of_nobody_ends_with_1()
    {
        var (code, error) = await RunAsync("healthcheck", "--urls", "http://127.0.0.1:1");
        code.ShouldBe(1);
        error.Trim().Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_the_only_fault_that_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-metrics-");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        try
        {
            var (code, output, error) = await RunWithOutputAsync(
                Start(["--urls", $"http://{taken.LocalEndpoint}", "--log:directory", folder.FullName, "--metrics:retention_days", "30"]));

            (code, error.Trim().Split('\n').Length).ShouldBe((1, 1));
            error.ShouldContain("address already in use");
            output.ShouldNotContain("BackgroundService");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_environment_wins_over_the_file_and_the_command_line_over_both()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "limits: { json_depth: 1 }");
        try
        {
            (await RunWithFileAsync(file, environment: null)).Error.ShouldContain("got '1'");
            (await RunWithFileAsync(file, environment: "2")).Error.ShouldContain("got '2'");
            (await RunWithFileAsync(file, environment: "2", "--limits:json_depth", "3")).Error.ShouldContain("got '3'");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<(int Code, string Error)> RunWithFileAsync(string file, string? environment, params string[] args)
    {
        var start = Start(args);
        start.Environment["PIPELINE_METRICS_CONFIG"] = file;
        if (environment is not null) start.Environment["PIPELINE_METRICS_LIMITS__JSON_DEPTH"] = environment;
        return RunAsync(start);
    }

    private static Task<(int Code, string Error)> RunAsync(params string[] args) => RunAsync(Start(args));

    private static ProcessStartInfo Start(string[] args) =>
        new("dotnet", [typeof(Program).Assembly.Location, .. args]) { RedirectStandardError = true, RedirectStandardOutput = true };

    private static async Task<(int Code, string Error)> RunAsync(ProcessStartInfo start)
    {
        var (code, _, error) = await RunWithOutputAsync(start);
        return (code, error);
    }

    private static async Task<(int Code, string Output, string Error)> RunWithOutputAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }
}
