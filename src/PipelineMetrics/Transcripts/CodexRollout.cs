using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>
/// The lines of one rollout. Its token counts are totals that are said again whenever anything about them is, beside what the last request
/// used. A session that was forked from another begins with the other's lines, all written within a second: they are passed over.
/// </summary>
internal sealed class CodexRollout
{
    private static readonly TimeSpan Replay = TimeSpan.FromSeconds(1);
    private static readonly string[] Calls = ["function_call", "custom_tool_call", "local_shell_call", "web_search_call"];
    private readonly List<Step> _steps = [];
    private DateTimeOffset? _replayEnd;
    private TokenCounts? _total;
    private string? _provider;
    private string? _model;
    private bool _isTurnOpen;

    public string? SessionId { get; private set; }

    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>Reads a line.</summary>
    /// <returns>Why it is passed over; null when it is not, or says nothing that matters.</returns>
    public string? Read(JsonElement line)
    {
        if (line.Text("timestamp") is not { } time || !Instant.TryParse(time, out var at)) return "has no timestamp";
        var payload = line.At("payload");
        if (line.Is("type", "session_meta")) Begin(payload, at);
        else if (line.Is("type", "turn_context")) ReadContext(payload);
        else if (at < _replayEnd) _total = TotalOf(payload) ?? _total;
        else if (line.Is("type", "compacted")) _steps.Add(new Step(at, StepKind.Compacted));
        else if (line.Is("type", "event_msg")) ReadEvent(payload, at);
        else if (line.Is("type", "response_item") && Calls.Any(c => payload.Is("type", c)))
            _steps.Add(new Step(at, StepKind.ToolCalled, payload.Text("call_id") ?? payload.Text("id")));
        return null;
    }

    private static TokenCounts? TotalOf(JsonElement payload) =>
        payload.Is("type", "token_count") && payload.At("info").At("total_token_usage") is { ValueKind: JsonValueKind.Object } total
            ? CodexOutput.UsageOf(total)
            : null;

    // A fork has the head of its parent behind its own.
    private void Begin(JsonElement payload, DateTimeOffset at)
    {
        if (SessionId is not null) return;
        SessionId = payload.Text("id");
        _provider = payload.Text("model_provider", 100);
        var below = payload.At("source").At("subagent");
        var isFork = payload.Text("forked_from_id") is not null || below.At("thread_spawn").ValueKind != JsonValueKind.Undefined;
        if (isFork) _replayEnd = at + Replay;
    }

    private void ReadContext(JsonElement payload)
    {
        _model = payload.Text("model") ?? _model;
        // Where the start of a turn has no id, the context that follows it has.
        if (_steps is [.., { Kind: StepKind.Asked, Key: null } asked]) _steps[^1] = asked with { Key = payload.Text("turn_id") };
    }

    private void ReadEvent(JsonElement payload, DateTimeOffset at)
    {
        if (payload.Is("type", "task_started") || payload.Is("type", "turn_started")) Open(at, payload.Text("turn_id"));
        else if (payload.Is("type", "user_message") && !_isTurnOpen) Open(at, null);
        else if (payload.Is("type", "task_complete") || payload.Is("type", "turn_complete")) Close(new Step(at, StepKind.Ended));
        else if (payload.Is("type", "turn_aborted")) Close(new Step(at, StepKind.Interrupted) { Error = payload.Message("reason") ?? "aborted" });
        else if (payload.Is("type", "error")) _steps.Add(new Step(at, StepKind.Failed) { Error = payload.Message("message") ?? "error" });
        else if (payload.Is("type", "exec_command_end") && payload.IsNumberButZero("exit_code"))
            _steps.Add(new Step(at, StepKind.ToolFailed, payload.Text("call_id")));
        else if (payload.Is("type", "token_count")) ReadTokens(payload, at);
    }

    private void Open(DateTimeOffset at, string? turn)
    {
        _isTurnOpen = true;
        _steps.Add(new Step(at, StepKind.Asked, turn));
    }

    private void Close(Step end)
    {
        _isTurnOpen = false;
        _steps.Add(end);
    }

    private void ReadTokens(JsonElement payload, DateTimeOffset at)
    {
        var total = TotalOf(payload);
        var last = payload.At("info").At("last_token_usage");
        var saysLast = last.Count("output_tokens") is not null;
        if (total is null && !saysLast) return;
        // Said again because of something else, such as a rate limit.
        if (total is not null && total == _total) return;
        var used = saysLast ? CodexOutput.UsageOf(last) : total!.Value - (_total ?? default);
        _total = total ?? _total;
        _steps.Add(new Step(at, StepKind.Answered) { Model = _model, Provider = _provider, Tokens = used });
    }
}
