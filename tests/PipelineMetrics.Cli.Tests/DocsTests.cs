using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Cli.Tests;

/// <summary>What docs/cli.md must not forget when the command line changes.</summary>
public sealed class DocsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Here(), "../../docs/cli.md"));
    private static readonly Dictionary<string, string> Sections = Page.Split("\n## ").Skip(1).ToDictionary(section => section[..section.IndexOf('\n', StringComparison.Ordinal)]);
    private static readonly RootCommand Root = CommandTree.Create(Shell.OfThisProcess());

    [Fact]
    public void Every_option_of_every_verb_is_described()
    {
        Names(Root).Except(Names(Sections["Options of every verb"])).ShouldBeEmpty();
        foreach (var verb in Root.Subcommands)
        {
            Sections.ShouldContainKey(verb.Name);
            Verbs(verb).SelectMany(Names).Except(Names(Sections[verb.Name])).ShouldBeEmpty(verb.Name);
        }
    }

    [Fact]
    public void No_verb_is_said_to_take_what_it_does_not()
    {
        foreach (var verb in Root.Subcommands)
            Names(Sections[verb.Name]).Except(Verbs(verb).SelectMany(AllNames)).Except(Names(Root)).ShouldBeEmpty(verb.Name);
    }

    [Fact]
    public void Every_exit_code_is_described()
    {
        foreach (var code in typeof(ExitCodes).GetFields()) Sections["Exit codes"].ShouldContain($"| {code.GetRawConstantValue()} |");
    }

    private static IEnumerable<Command> Verbs(Command verb) => verb.Subcommands.SelectMany(Verbs).Prepend(verb);

    private static IEnumerable<string> Names(Command verb) =>
        verb.Options.Where(option => !option.Hidden && option.Name is not ("--help" or "--version")).Select(option => option.Name);

    private static IEnumerable<string> AllNames(Command verb) => verb.Options.SelectMany(option => option.Aliases.Prepend(option.Name));

    private static IEnumerable<string> Names(string section) => Regex.Matches(section, "--[a-z][a-z-]*").Select(name => name.Value).Distinct();

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
