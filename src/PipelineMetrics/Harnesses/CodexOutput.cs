using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>Codex with <c>exec --json</c>. It names neither model nor cost; the model is taken from the command.</summary>
internal sealed class CodexOutput(IReadOnlyList<string> command) : OutputReader
{
    private static readonly string[] Tools = ["command_execution", "file_change", "mcp_tool_call", "web_search"];
    private TokenCounts? _countedBefore;
    private TokenCounts? _total;
    private string? _sessionId;
    private long? _turns;
    private long _toolCalls;
    private long _toolErrors;
    private Outcome? _outcome;
    private string? _error;

    public override void Read(JsonElement message)
    {
        if (message.Is("type", "thread.started")) _sessionId = message.Text("thread_id") ?? _sessionId;
        else if (message.Is("type", "turn.started")) _turns = (_turns ?? 0) + 1;
        else if (message.Is("type", "item.completed")) ReadItem(message.At("item"));
        else if (message.Is("type", "turn.completed")) EndTurn(message.At("usage"));
        else if (message.Is("type", "turn.failed")) Fail(message.At("error").Message("message") ?? "turn failed");
        else if (message.Is("type", "error")) Fail(message.Message("message") ?? "error");
    }

    public override HarnessReport Report(int? exitCode) => new()
    {
        Harness = HarnessNames.Codex,
        Model = Model(command),
        Tokens = TokenCounts.Add(_countedBefore, _total),
        Turns = _turns,
        ToolCalls = _turns is null ? null : _toolCalls,
        ToolErrors = _toolErrors,
        SessionId = _sessionId,
        Outcome = _outcome,
        Error = _error,
    };

    /// <summary>The four counts of a usage object, whose input includes what was cached.</summary>
    public static TokenCounts UsageOf(JsonElement usage)
    {
        var input = usage.Count("input_tokens") ?? 0;
        var read = Math.Min(usage.Count("cached_input_tokens") ?? 0, input);
        var written = Math.Min(usage.Count("cache_write_input_tokens") ?? 0, input - read);
        return new TokenCounts(input - read - written, usage.Count("output_tokens") ?? 0, read, written, usage.Count("reasoning_output_tokens"));
    }

    private static string? Model(IReadOnlyList<string> command)
    {
        if (Told.Usable(CommandOptions.Find(command, "--model", "-m")) is { } model) return model;
        // A setting may be given as model="name", which is how the file of settings has it.
        var setting = CommandOptions.Find(command, "--config", "-c");
        return setting is not null && setting.StartsWith("model=", StringComparison.Ordinal) ? Told.Usable(setting["model=".Length..].Trim('"', '\'')) : null;
    }

    private void ReadItem(JsonElement item)
    {
        if (!Tools.Any(tool => item.Is("type", tool))) return;
        _toolCalls++;
        if (item.Is("status", "failed") || item.IsNumberButZero("exit_code")) _toolErrors++;
    }

    // What was an error before the turn was completed has been got over.
    private void EndTurn(JsonElement usage)
    {
        (_outcome, _error) = (Outcome.Success, null);
        if (usage.ValueKind != JsonValueKind.Object) return;
        var total = UsageOf(usage);
        if (_total is { } before && !total.Continues(before)) _countedBefore = TokenCounts.Add(_countedBefore, before);
        _total = total;
    }

    private void Fail(string error) => (_outcome, _error) = (Outcome.Failure, error);
}
