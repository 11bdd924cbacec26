using System.Text.Json;
using System.Text.RegularExpressions;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>Reads the lines of the files of one session.</summary>
/// <param name="tally">Takes what cannot be read.</param>
/// <param name="known">What earlier sessions have; copies of that are passed over.</param>
internal sealed partial class ClaudeLines(TranscriptTally tally, IReadOnlySet<string> known)
{
    private const string InterruptMark = "[Request interrupted by user";
    private const string CommandOutput = "<local-command-stdout>";
    private readonly List<Step> _steps = [];
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);

    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>The ids of answers and of other lines by which copies of them are known.</summary>
    public IReadOnlyCollection<string> Own => _own;

    /// <summary>Reads one file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="isBelow">Whether it is that of an agent below the main one.</param>
    public void Read(string file, bool isBelow)
    {
        using var lines = new TranscriptLines(file, tally);
        tally.Files++;
        while (lines.Next())
        {
            if (ReadLine(lines.Current, isBelow) is { } reason) lines.Skip(reason);
        }
        tally.Lines += lines.Number;
    }

    // Returns why the line is passed over; null when it is not, or says nothing that matters.
    private string? ReadLine(JsonElement line, bool isBelow)
    {
        var (isUser, isAssistant) = (line.Is("type", "user"), line.Is("type", "assistant"));
        if (!isUser && !isAssistant && !line.Is("type", "system")) return null;
        if (line.Text("timestamp") is not { } time || !Instant.TryParse(time, out var at)) return "has no timestamp";
        if (line.At("version").ValueKind != JsonValueKind.Undefined && !(line.Text("version") is { } version && SemanticVersion().IsMatch(version)))
            return "has a version that is none";
        isBelow |= line.IsTrue("isSidechain");
        if (isAssistant && line.At("message").Is("id", "")) return "has an empty message id";
        if (((isAssistant ? line.At("message").Text("id") : null) ?? line.Text("uuid")) is { } id && !IsOwn(id)) return null;
        if (isAssistant) ReadAnswer(line, at, isBelow);
        else if (isUser) ReadUser(line, at, isBelow);
        else if (line.Is("subtype", "compact_boundary")) _steps.Add(new Step(at, StepKind.Compacted) { IsSidechain = isBelow });
        return null;
    }

    private bool IsOwn(string id)
    {
        if (known.Contains(id))
        {
            tally.Repeated++;
            return false;
        }
        _own.Add(id);
        return true;
    }

    private void ReadUser(JsonElement line, DateTimeOffset at, bool isBelow)
    {
        var message = line.At("message");
        var results = message.Items("content").Where(b => b.Is("type", "tool_result")).ToList();
        foreach (var failed in results.Where(r => r.IsTrue("is_error")))
            _steps.Add(new Step(at, StepKind.ToolFailed, failed.Text("tool_use_id")) { IsSidechain = isBelow });
        if (isBelow || results.Count > 0) return;
        var text = message.Message("content") ?? message.Items("content").Select(b => b.Message("text")).OfType<string>().FirstOrDefault() ?? "";
        if (text.StartsWith(InterruptMark, StringComparison.Ordinal)) _steps.Add(new Step(at, StepKind.Interrupted) { Error = "interrupted by user" });
        else if (!line.IsTrue("isMeta") && !line.IsTrue("isCompactSummary") && !text.StartsWith(CommandOutput, StringComparison.Ordinal))
            _steps.Add(new Step(at, StepKind.Asked, line.Text("uuid")));
    }

    private void ReadAnswer(JsonElement line, DateTimeOffset at, bool isBelow)
    {
        var message = line.At("message");
        if (line.IsTrue("isApiErrorMessage"))
        {
            var error = message.Items("content").Select(b => b.Message("text")).OfType<string>().FirstOrDefault() ?? "API error";
            _steps.Add(new Step(at, StepKind.Failed) { Error = error, IsSidechain = isBelow });
            return;
        }
        foreach (var tool in message.Items("content").Where(b => b.Is("type", "tool_use")))
            _steps.Add(new Step(at, StepKind.ToolCalled, tool.Text("id")) { IsSidechain = isBelow });
        if (!message.Is("model", "<synthetic>")) _steps.Add(Answer(line, message, at, isBelow));
    }

    private static Step Answer(JsonElement line, JsonElement message, DateTimeOffset at, bool isBelow)
    {
        var usage = message.At("usage");
        var model = message.Text("model");
        TokenCounts? tokens = usage.ValueKind == JsonValueKind.Object ? ClaudeNames.UsageOf(usage) : null;
        return new Step(at, StepKind.Answered, message.Text("id"))
        {
            RequestId = line.Text("requestId"),
            IsSidechain = isBelow,
            SaysSpeed = usage.At("speed").ValueKind == JsonValueKind.String,
            Model = usage.Is("speed", "fast") ? $"{model}-fast" : model,
            Provider = ClaudeNames.ProviderOf(model),
            Tokens = tokens,
            OneHourWrites = Math.Min(usage.At("cache_creation").Count("ephemeral_1h_input_tokens") ?? 0, tokens?.CacheWrite ?? 0),
            CostUsdMicros = line.DollarsAsMicros("costUSD"),
        };
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+")]
    private static partial Regex SemanticVersion();
}
