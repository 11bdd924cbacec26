using System.Diagnostics;

namespace PipelineMetrics.Cli.Tests;

/// <summary>The tool as people get it: packed, installed, run.</summary>
public sealed class ToolPackageTests : IDisposable
{
    private readonly LogFolder _folder = new();

    [Fact]
    public void The_package_installs_and_its_command_answers()
    {
        var packages = Path.Combine(_folder.Path, "packages");
        Run("dotnet", "pack", ProjectFile(), "--output", packages, "-p:PackageVersion=9.9.9");
        var package = Directory.GetFiles(packages).ShouldHaveSingleItem();
        Path.GetFileName(package).ShouldBe("PipelineMetrics.Cli.9.9.9.nupkg");
        var sources = Path.Combine(_folder.Path, "nuget.config");
        File.WriteAllText(sources, $"""<configuration><packageSources><clear /><add key="here" value="{packages}" /></packageSources></configuration>""");
        var tools = Path.Combine(_folder.Path, "tools");

        Run("dotnet", "tool", "install", "PipelineMetrics.Cli", "--tool-path", tools, "--configfile", sources, "--version", "9.9.9");

        var command = Path.Combine(tools, "pipeline-metrics");
        var log = Path.Combine(_folder.Path, "log");
        Run(command, "record", "--task", "t", "--duration-seconds", "1", "--status", "completed", "--id", "run-1", "--log", log).ShouldBe("recorded run-1\n");
        Run(command, "metrics", "--json", "--log", log).ShouldContain("\"completed\":1");
        Run(command, "--help").ShouldContain("record");
    }

    public void Dispose() => _folder.Dispose();

    private string Run(string command, params string[] args)
    {
        var start = new ProcessStartInfo(command, args) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        // The cache of packages of whoever runs this is left alone, so that the same version can be made again.
        start.Environment["NUGET_HTTP_CACHE_PATH"] = Path.Combine(_folder.Path, "http-cache");
        start.Environment["DOTNET_CLI_HOME"] = _folder.Path;
        start.Environment["DOTNET_NOLOGO"] = "true";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "true";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{command} {string.Join(' ', args)}\n{output}\n{error.Result}");
        return output;
    }

    private static string ProjectFile()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PipelineMetrics.sln"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "src", "PipelineMetrics.Cli", "PipelineMetrics.Cli.csproj");
    }
}
