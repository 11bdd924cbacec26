using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Cli.Exec;
using PipelineMetrics.Cli.Service;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Cli.Verbs;

/// <summary>What can be said to exec, and what it means.</summary>
internal sealed class ExecOptions
{
    private const int MostRetries = 100;
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(30);
    private static readonly TimeSpan PatienceOfARun = TimeSpan.FromSeconds(2);

    // What the run itself shows is not to be told.
    private static readonly string[] Measured =
    [
        "duration_seconds", "status", "created_at", "outcome", "started_at", "quality_gate_passed", "quality_gates_run", "quality_gates_failed",
        "cpu_seconds", "peak_memory_bytes", "error", "source", "outcome_inferred", "revises", "revision",
    ];

    private readonly FieldOptions _fields;
    private readonly Option<int> _retries = new("--retries")
    {
        Description = $"How many more attempts a failure gets, 0 to {MostRetries}; the pauses are those of retry in the settings",
        HelpName = "N",
        CustomParser = result => NumberOption.Parse<int>(result, $"must be a whole number from 0 to {MostRetries}", n => n is >= 0 and <= MostRetries) ?? 0,
    };
    private readonly Option<string?> _timeout = new("--timeout")
    {
        Description = "How long an attempt may take: 90, 30s, 15m, 2h; then it is ended, and the code is 124",
        HelpName = "LENGTH",
    };
    private readonly Option<string?> _check = new("--check")
    {
        Description = "A shell command that says whether it succeeded, when the exit code alone does not",
        HelpName = "CMD",
    };
    private readonly Option<string[]> _gates = new("--gate")
    {
        Description = "A quality gate, NAME=CMD, run when it succeeded; once per gate",
        HelpName = "NAME=CMD",
    };
    private readonly Option<string?> _spool = new("--spool")
    {
        Description = "Where records wait that cannot be sent; PIPELINE_METRICS_SPOOL, else in ~/.local/state",
        HelpName = "DIR",
    };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Run the command, and only show on stderr what would be recorded" };
    private readonly Argument<string[]> _command = new("COMMAND") { Description = "The program and its arguments, after --", Arity = ArgumentArity.OneOrMore };

    public ExecOptions(Command verb)
    {
        _fields = new FieldOptions(verb, RecordFields.All.Where(field => !Measured.Contains(field.Name)).Select(AsSaidHere));
        foreach (var option in (Option[])[_retries, _timeout, _check, _gates, _spool, _dryRun]) verb.Options.Add(option);
        verb.Arguments.Add(_command);
        _spool.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is null or "") result.AddError("--spool: must name a directory");
        });
    }

    private static RecordField AsSaidHere(RecordField field) => field.Name == "task_id" ? field with { Help = "The task; default a new id" } : field;

    /// <exception cref="CliException">Something makes no sense.</exception>
    public ExecPlan PlanOf(ParseResult given, Shell shell)
    {
        var runId = Guid.CreateVersion7(shell.Clock.GetUtcNow()).ToString();
        var command = CommandOf(given);
        IReadOnlyList<Gate> gates = [.. (given.GetValue(_gates) ?? []).Select(GateOf)];
        var draft = DraftOf(given, gates, runId, shell.Clock.GetUtcNow());
        var retries = given.GetValue(_retries);
        if (retries > 0 && draft.Id is not null)
            throw new CliException(ExitCodes.Usage, "--id and --retries: every attempt has an id of its own, give one of them");
        var readAs = draft.Harness is { } harness ? HarnessNames.ProgramOf(harness) ?? command[0] : command[0];
        return new ExecPlan
        {
            Command = command,
            Given = draft,
            RunId = runId,
            Retries = retries,
            Limit = LimitOf(given.GetValue(_timeout)),
            Check = given.GetValue(_check),
            Gates = gates,
            ReadAs = readAs,
            IsDryRun = given.GetValue(_dryRun),
            IsRead = !shell.OutIsTerminal || PrintsJson(readAs, command),
        };
    }

    public Outbox OutboxOf(ParseResult given, Shell shell, Action<string> say)
    {
        var target = Target.Of(given, shell);
        // What was asked for counts; else a run must not wait long for its record, and a log may take its time to be read.
        var isGiven = given.GetResult(CommonOptions.Timeout) is { Implicit: false };
        if (!isGiven && target.Log is null) target = target with { Patience = PatienceOfARun };
        return new Outbox(target, StateFolder.Spool(given.GetValue(_spool), shell), say) { IsDryRun = given.GetValue(_dryRun) };
    }

    private CompletionDraft DraftOf(ParseResult given, IReadOnlyList<Gate> gates, string runId, DateTimeOffset now)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            _fields.Write(json, given);
            json.WriteEndObject();
        }
        var rules = new ReadingRules(now, DurationRequired: false);
        if (!CompletionDraft.TryRead(buffer.ToArray(), rules, out var draft, out var rejection)) throw Refused(rejection!);
        draft.TaskId ??= runId;
        // Judged now, with the outcome that asks least: afterwards it would be too late to say it better.
        var sample = new CompletionDraft { Outcome = Outcome.Success, QualityGatesRun = [.. gates.Select(gate => gate.Name)] }.FillFrom(draft);
        return Completion.TryCreate(sample, rules, out _, out rejection) ? draft : throw Refused(rejection!);
    }

    // On a terminal a command looks different from how it looks in a pipe; an agent program that was asked for JSON does not.
    private static bool PrintsJson(string program, string[] command) =>
        HarnessNames.OfProgram(program) is not null && command.Skip(1).Any(argument => argument.EndsWith("json", StringComparison.Ordinal));

    // All of it is behind the first --: then none of its options can be taken for one of ours.
    private string[] CommandOf(ParseResult given)
    {
        var command = given.GetRequiredValue(_command);
        var behind = given.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Count() - 1;
        return command.Length == behind
            ? command
            : throw new CliException(ExitCodes.Usage, "put -- before the command, so that its options are its own: exec --type impl -- make test");
    }

    private static CliException Refused(Rejection rejection) => new(ExitCodes.Usage, rejection.Reason);

    private static TimeSpan? LimitOf(string? text)
    {
        if (text is null) return null;
        return SettingValue.TryRead(typeof(TimeSpan), text, out var value, out var rule)
            && (TimeSpan)value! is var limit && limit > TimeSpan.Zero && limit <= LongestLimit
            ? limit
            : throw new CliException(ExitCodes.Usage, $"--timeout: '{text}' {rule}, more than 0 and at most 30d");
    }

    private static Gate GateOf(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 && at < text.Length - 1
            ? new Gate(text[..at], text[(at + 1)..])
            : throw new CliException(ExitCodes.Usage, $"--gate: '{text}' must be NAME=CMD");
    }
}
