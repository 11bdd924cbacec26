using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>Gemini CLI with <c>--output-format json</c>, one object with its statistics, or <c>stream-json</c>.</summary>
internal sealed class GeminiOutput(IReadOnlyList<string> command) : OutputReader
{
    private const int TurnLimitExitCode = 53;
    private readonly List<ModelUsage> _models = [];
    private TokenCounts? _tokens;
    private string? _sessionId;
    private string? _model;
    private long? _turns;
    private long? _toolCalls;
    private long _toolErrors;
    private Outcome? _outcome;
    private string? _error;

    public override void Read(JsonElement message)
    {
        if (message.Is("type", "init")) Begin(message);
        else if (message.Is("type", "tool_use")) _toolCalls = (_toolCalls ?? 0) + 1;
        else if (message.Is("type", "tool_result") && message.Is("status", "error")) _toolErrors++;
        else if (message.Is("type", "result")) ReadResult(message);
        else if (message.At("type").ValueKind == JsonValueKind.Undefined && IsWhole(message)) ReadWhole(message);
    }

    public override HarnessReport Report(int? exitCode)
    {
        var reachedLimit = exitCode == TurnLimitExitCode;
        return new HarnessReport
        {
            Harness = HarnessNames.GeminiCli,
            Provider = "google",
            Model = RunningTotal.MostOutput(_models) ?? _model ?? Told.Usable(CommandOptions.Find(command, "--model", "-m")),
            Tokens = _tokens,
            Turns = _turns,
            ToolCalls = _toolCalls,
            ToolErrors = _toolErrors,
            SessionId = _sessionId,
            Outcome = reachedLimit ? Outcome.Failure : _outcome,
            Error = reachedLimit ? Told.Cut(_error is null ? "turn limit" : $"turn limit: {_error}") : _error,
        };
    }

    private static bool IsWhole(JsonElement message) =>
        message.At("stats").ValueKind == JsonValueKind.Object || message.At("error").ValueKind == JsonValueKind.Object;

    private void Begin(JsonElement message)
    {
        _sessionId = message.Text("session_id") ?? _sessionId;
        _model = message.Text("model") ?? _model;
        _toolCalls ??= 0;
    }

    private void ReadResult(JsonElement message)
    {
        if (message.Is("status", "error")) Fail(message.At("error"));
        else if (message.Is("status", "success")) (_outcome, _error) = (Outcome.Success, null);
        var stats = message.At("stats");
        if (stats.ValueKind != JsonValueKind.Object) return;
        _tokens = StreamedTokens(stats);
        _toolCalls = stats.Count("tool_calls") ?? _toolCalls;
        SetModels(stats, m => StreamedTokens(m));
    }

    private void ReadWhole(JsonElement message)
    {
        _sessionId = message.Text("session_id") ?? _sessionId;
        if (message.At("error").ValueKind == JsonValueKind.Object) Fail(message.At("error"));
        else _outcome = Outcome.Success;
        var stats = message.At("stats");
        if (stats.ValueKind != JsonValueKind.Object) return;
        SetModels(stats, m => GeminiUsage.TokensOf(m.At("tokens")));
        _tokens = _models.Aggregate((TokenCounts?)null, (sum, m) => TokenCounts.Add(sum, m.Tokens));
        foreach (var model in stats.Members("models")) _turns = TokenCounts.Add(_turns, model.Value.At("api").Count("totalRequests"));
        _toolCalls = stats.At("tools").Count("totalCalls");
        _toolErrors = stats.At("tools").Count("totalFail") ?? 0;
    }

    private void SetModels(JsonElement stats, Func<JsonElement, TokenCounts> tokens)
    {
        _models.Clear();
        _models.AddRange(stats.Members("models").Where(m => Told.Usable(m.Name) is not null).Select(m => new ModelUsage(m.Name, tokens(m.Value), null)));
    }

    // What is in the total and neither input nor output is nearly always reasoning, which this form does not name.
    private static TokenCounts StreamedTokens(JsonElement stats)
    {
        var (prompt, output) = (stats.Count("input_tokens") ?? 0, stats.Count("output_tokens") ?? 0);
        var cached = Math.Min(stats.Count("cached") ?? 0, prompt);
        var rest = TokenCounts.Less(stats.Count("total_tokens") ?? 0, TokenCounts.Add(prompt, output));
        return new TokenCounts(prompt - cached, TokenCounts.Add(output, rest), cached, 0);
    }

    private void Fail(JsonElement error)
    {
        var (type, text) = (error.Text("type"), error.Message("message"));
        (_outcome, _error) = (Outcome.Failure, Told.Cut(type is null || text is null ? type ?? text ?? "error" : $"{type}: {text}"));
    }
}
