using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>OpenCode with <c>run --format json</c>: tokens and cost are those of its steps together.</summary>
internal sealed class OpenCodeOutput(IReadOnlyList<string> command) : OutputReader
{
    private TokenCounts? _tokens;
    private long? _cost;
    private string? _sessionId;
    private long? _steps;
    private long _toolCalls;
    private long _toolErrors;
    private Outcome? _outcome;
    private string? _error;

    public override void Read(JsonElement message)
    {
        if (message.Is("type", "step_finish")) ReadStep(message.At("part"));
        else if (message.Is("type", "tool_use")) ReadTool(message.At("part").At("state"));
        else if (message.Is("type", "error")) (_outcome, _error) = OpenCodeUsage.ErrorOf(message.At("error"));
        else if (!message.Is("type", "step_start")) return;
        _sessionId = message.Text("sessionID") ?? _sessionId;
    }

    public override HarnessReport Report(int? exitCode)
    {
        // The command names a model with its provider before a slash.
        var model = Told.Usable(CommandOptions.Find(command, "--model", "-m"));
        var slash = model?.IndexOf('/') ?? -1;
        return new HarnessReport
        {
            Harness = HarnessNames.OpenCode,
            Provider = slash > 0 ? Told.Usable(model![..slash], 100) : null,
            Model = slash > 0 ? Told.Usable(model![(slash + 1)..]) : model,
            Tokens = _tokens,
            CostUsdMicros = _cost,
            Turns = _steps,
            ToolCalls = _steps is null ? null : _toolCalls,
            ToolErrors = _toolErrors,
            SessionId = _sessionId,
            Outcome = _outcome,
            Error = _error,
        };
    }

    private void ReadStep(JsonElement part)
    {
        _steps = (_steps ?? 0) + 1;
        _tokens = TokenCounts.Add(_tokens, OpenCodeUsage.TokensOf(part.At("tokens")));
        _cost = TokenCounts.Add(_cost, OpenCodeUsage.CostOf(part));
    }

    private void ReadTool(JsonElement state)
    {
        _toolCalls++;
        if (state.Is("status", "error")) _toolErrors++;
    }
}
