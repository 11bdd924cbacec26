using System.CommandLine;
using System.Text.Json;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`config init` writes a settings file to begin with, `config check` says what a service would say to one.</summary>
internal sealed class ConfigVerb : Command
{
    private const string Template = "PipelineMetrics.Cli.Templates.pipeline-metrics.yaml";
    private readonly Shell _shell;
    private readonly Argument<string> _newFile = new("FILE") { Description = "The file to write", DefaultValueFactory = _ => SettingsFile.DefaultName };
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = $"The file to check; default {SettingsFile.DefaultName}",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that is there" };

    public ConfigVerb(Shell shell) : base("config", "The settings file of the service")
    {
        _shell = shell;
        var init = new Command("init", "Write a settings file that shows every setting with its default") { _newFile, _force };
        init.SetAction(Init);
        var check = new Command("check", "Say what a service would say to a settings file, without starting one") { _file };
        check.SetAction(Check);
        Subcommands.Add(init);
        Subcommands.Add(check);
    }

    private int Init(ParseResult given)
    {
        var path = Path.GetFullPath(given.GetValue(_newFile)!);
        try
        {
            using var template = typeof(ConfigVerb).Assembly.GetManifestResourceStream(Template)!;
            using var file = new FileStream(path, given.GetValue(_force) ? FileMode.Create : FileMode.CreateNew);
            template.CopyTo(file);
        }
        catch (IOException) when (File.Exists(path) && !given.GetValue(_force))
        {
            throw new CliException(ExitCodes.Failed, $"{path} is there already; --force replaces it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Failed, e.Message);
        }
        _shell.Error.WriteLine($"wrote {path}");
        return ExitCodes.Ok;
    }

    private int Check(ParseResult given)
    {
        var named = given.GetValue(_file);
        var (report, error) = Read(named is null ? [] : ["--config", named]);
        if (given.GetValue(CommonOptions.Json))
            _shell.Out.WriteLine(JsonSerializer.Serialize(new { ok = error is null, file = report?.File ?? named, error, warnings = report?.Warnings ?? [] }));
        else Say(report, error);
        return error is null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static (SettingsReport? Report, string? Error) Read(string[] args)
    {
        try
        {
            return (SettingsCheck.Run(args), null);
        }
        catch (ConfigurationException e)
        {
            return (null, e.Message);
        }
    }

    private void Say(SettingsReport? report, string? error)
    {
        foreach (var warning in report?.Warnings ?? []) _shell.Out.WriteLine($"warning: {warning}");
        _shell.Out.WriteLine(error is not null ? $"error: {error}" : report!.File is { } file ? $"{file} is fine" : "there is no file; the defaults are fine");
    }
}
