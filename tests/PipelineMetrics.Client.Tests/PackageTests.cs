using System.Diagnostics;
using System.IO.Compression;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.Client.Tests;

/// <summary>The package as somebody uses it who has nothing but the package.</summary>
public sealed class PackageTests
{
    private static readonly TimeSpan EndsWithin = TimeSpan.FromMinutes(4);
    private static readonly string Configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    [Fact]
    public async Task The_first_example_of_its_readme_works_in_a_new_program()
    {
        using var folder = new TestFolder();
        var packages = Path.Combine(folder.FullPath, "packages");
        foreach (var project in new[] { "PipelineMetrics.Contracts", "PipelineMetrics.Client" })
            await RunAsync(Docs.Root, "pack", Path.Combine("src", project), "--no-build", "--configuration", Configuration, "--output", packages);
        ShouldCarryItsReadme(Directory.GetFiles(packages, "PipelineMetrics.Client.*.nupkg").Single());

        await using var service = await ServiceProcess.StartAsync(folder);
        var program = Path.Combine(folder.FullPath, "program");
        Directory.CreateDirectory(program);
        var example = Docs.Example("csharp", "src/PipelineMetrics.Client/README.md");
        example.ShouldBe(Docs.Example("csharp"), "both pages show the same example");
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), example.Replace("http://localhost:5080", service.Http.BaseAddress!.ToString()));
        await File.WriteAllTextAsync(Path.Combine(program, "program.csproj"), Project);
        await File.WriteAllTextAsync(Path.Combine(program, "nuget.config"), Sources(packages));
        await RunAsync(program, "run");

        Recount.Of(folder.Log).Completions.ShouldHaveSingleItem().TaskId.ShouldBe("t-42");
        Directory.GetFiles(Path.Combine(program, "spool")).ShouldBeEmpty("what is sent leaves nothing behind");
    }

    // A folder of packages of its own, or the package of an earlier build would be taken.
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <NuGetAudit>false</NuGetAudit>
            <RestorePackagesPath>restored</RestorePackagesPath>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="PipelineMetrics.Client" Version="*" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>Ours from the folder they were packed into; what they need was restored to build them, and no network is asked.</summary>
    private static string Sources(string packages) => $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="packed" value="{packages}" />
            <add key="restored" value="{RestoredPackages()}" />
          </packageSources>
        </configuration>
        """;

    private static string RestoredPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static void ShouldCarryItsReadme(string package)
    {
        using var content = ZipFile.OpenRead(package);
        using var readme = new StreamReader(content.GetEntry("README.md").ShouldNotBeNull().Open());
        readme.ReadToEnd().ShouldContain("Track");
        content.Entries.ShouldContain(entry => entry.FullName == "lib/net10.0/PipelineMetrics.Client.xml");
    }

    private static async Task RunAsync(string directory, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", words) { WorkingDirectory = directory, RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var (errors, said) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(EndsWithin);
        process.ExitCode.ShouldBe(0, $"dotnet {string.Join(' ', words)}\n{await said}{await errors}");
    }
}
