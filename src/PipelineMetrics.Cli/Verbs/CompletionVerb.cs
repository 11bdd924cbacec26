using System.CommandLine;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>`completion`: what a shell needs to complete verbs and options, which the program itself tells it.</summary>
internal sealed class CompletionVerb : Command
{
    private const string Bash = """
        _pipeline_metrics() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=($(compgen -W "$(pipeline-metrics "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _pipeline_metrics pipeline-metrics
        """;

    private const string Zsh = """
        #compdef pipeline-metrics
        _pipeline_metrics() {
            local -a found
            found=("${(@f)$(pipeline-metrics "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- $found || _files
        }
        compdef _pipeline_metrics pipeline-metrics
        """;

    private const string Fish = """
        complete -c pipeline-metrics -a '(pipeline-metrics "[suggest:"(string length (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName pipeline-metrics -ScriptBlock {
            param($word, $line, $cursor)
            pipeline-metrics "[suggest:$cursor]" "$line" | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private readonly Argument<string> _for = new Argument<string>("SHELL")
    {
        Description = "bash, zsh, fish or pwsh",
    }.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");

    public CompletionVerb(Shell shell) : base("completion", "Print what makes a shell complete verbs and options: source <(pipeline-metrics completion bash)")
    {
        Arguments.Add(_for);
        SetAction(given => shell.Out.WriteLine(given.GetValue(_for) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => PowerShell,
        }));
    }
}
