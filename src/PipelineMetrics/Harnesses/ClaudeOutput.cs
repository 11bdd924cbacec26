using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>
/// Claude Code with <c>--output-format json</c> or <c>stream-json</c>. The last message is the result; when its input is streamed there are
/// several, whose totals go on until counting begins anew.
/// </summary>
internal sealed class ClaudeOutput : OutputReader
{
    private const int MostErrors = 5;
    private TokenCounts? _countedBefore;
    private long? _costBefore;
    private RunningTotal? _total;
    private JsonResult? _result;
    private string? _sessionId;
    private string? _model;
    private string? _provider;
    private long? _turns;
    private long? _toolCalls;
    private long _toolErrors;
    private long? _compactions;

    public override void Read(JsonElement message)
    {
        if (message.Is("type", "system")) ReadSystem(message);
        else if (message.Is("type", "assistant")) _toolCalls = (_toolCalls ?? 0) + Blocks(message, "tool_use").Count();
        else if (message.Is("type", "user")) _toolErrors += Blocks(message, "tool_result").Count(b => b.IsTrue("is_error"));
        else if (message.Is("type", "result")) ReadResult(message);
    }

    public override HarnessReport Report(int? exitCode) => new()
    {
        Harness = HarnessNames.ClaudeCode,
        Provider = _provider ?? ClaudeNames.ProviderOf(Model),
        Model = Model,
        Tokens = TokenCounts.Add(_countedBefore, _total?.Tokens),
        CostUsdMicros = TokenCounts.Add(_costBefore, _total?.CostUsdMicros),
        Turns = _turns,
        ToolCalls = _toolCalls,
        ToolErrors = _toolErrors,
        ContextCompactions = _compactions,
        SessionId = _sessionId,
        Id = _result?.Id,
        Outcome = _result?.Outcome,
        Error = _result?.Error,
        SessionTotal = _total,
    };

    private string? Model => _total?.MainModel is { } model and not ClaudeNames.NoModel ? model : _model;

    private static IEnumerable<JsonElement> Blocks(JsonElement message, string type) => message.At("message").Items("content").Where(b => b.Is("type", type));

    private void ReadSystem(JsonElement message)
    {
        if (message.Is("subtype", "init"))
        {
            _sessionId = message.Text("session_id") ?? _sessionId;
            _model = message.Text("model") ?? _model;
            _compactions ??= 0;
        }
        else if (message.Is("subtype", "compact_boundary"))
        {
            _compactions = (_compactions ?? 0) + 1;
        }
    }

    private void ReadResult(JsonElement message)
    {
        _sessionId = message.Text("session_id") ?? _sessionId;
        _turns = TokenCounts.Add(_turns, message.Count("num_turns"));
        // A turn that the program added by itself, to report on work in the background, is not the task.
        if (_result is null || !message.At("origin").Is("kind", "task-notification")) _result = ResultOf(message);
        TakeTotal(message);
    }

    private void TakeTotal(JsonElement message)
    {
        if (TotalOf(message) is not { } total) return;
        // A program that fails may forget what it has counted.
        if (total.IsNothing && ResultOf(message).Outcome != Outcome.Success) return;
        if (_total is not null && !total.Continues(_total))
        {
            _countedBefore = TokenCounts.Add(_countedBefore, _total.Tokens);
            _costBefore = TokenCounts.Add(_costBefore, _total.CostUsdMicros);
        }
        _total = total;
        _provider = ProviderOf(message) ?? _provider;
    }

    // The usage by model is of the whole tree of agents, "usage" of the main one only.
    private RunningTotal? TotalOf(JsonElement message)
    {
        var models = message.Members("modelUsage").Select(m => new ModelUsage(m.Name, Tokens(m.Value), m.Value.DollarsAsMicros("costUSD")))
            .Where(m => Told.Usable(m.Model) is not null).ToList();
        if (models.Count == 0 && message.At("usage").ValueKind == JsonValueKind.Object)
            models = [new ModelUsage(_model ?? ClaudeNames.NoModel, ClaudeNames.UsageOf(message.At("usage")), null)];
        if (models.Count == 0) return null;
        var total = new RunningTotal(_sessionId, models, message.DollarsAsMicros("total_cost_usd"));
        return total.CostUsdMicros == 0 && !total.Tokens.IsNothing ? total with { CostUsdMicros = null } : total;
    }

    private static TokenCounts Tokens(JsonElement usage) => new(
        usage.Count("inputTokens") ?? 0, usage.Count("outputTokens") ?? 0, usage.Count("cacheReadInputTokens") ?? 0,
        usage.Count("cacheCreationInputTokens") ?? 0, usage.Count("thinkingTokens"));

    private static string? ProviderOf(JsonElement message)
    {
        var providers = message.Members("modelUsage").Select(m => m.Value.Text("provider", 100)).Distinct().ToList();
        return providers is [{ } provider] ? ClaudeNames.ProviderNamed(provider) : null;
    }

    private static JsonResult ResultOf(JsonElement message)
    {
        var id = message.Text("uuid", 128);
        var reason = message.Text("terminal_reason");
        var subtype = message.Text("subtype");
        if (reason?.StartsWith("aborted", StringComparison.Ordinal) ?? false) return new JsonResult(id, Outcome.Cancelled, reason);
        if (subtype == "success" && !message.IsTrue("is_error")) return new JsonResult(id, Outcome.Success, null);
        var what = subtype is null or "success" ? reason ?? "error" : subtype;
        var errors = message.Items("errors").Select(e => e.AsMessage()).OfType<string>().Take(MostErrors);
        var why = Told.Cut(string.Join("; ", errors)) ?? message.Message("result");
        return new JsonResult(id, Outcome.Failure, why is null ? what : Told.Cut($"{what}: {why}"));
    }

    private sealed record JsonResult(string? Id, Outcome Outcome, string? Error);
}
