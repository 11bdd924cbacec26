using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>What the events of one run of Aider come to.</summary>
internal sealed class AiderRun
{
    private readonly Dictionary<string, ModelUsage> _models = new(StringComparer.Ordinal);

    /// <summary>The usage of each model.</summary>
    public IReadOnlyCollection<ModelUsage> Models => _models.Values;

    /// <summary>The model with the most output.</summary>
    public string? Model => RunningTotal.MostOutput(_models.Values.Where(m => m.Model.Length > 0));

    public TokenCounts? Tokens => _models.Values.Aggregate((TokenCounts?)null, (sum, m) => TokenCounts.Add(sum, m.Tokens));

    public long? CostUsdMicros => _models.Values.Aggregate((long?)null, (sum, m) => TokenCounts.Add(sum, m.CostUsdMicros));

    public long? Turns { get; private set; }

    /// <summary>Why it ended, in its own words; null when it did not say.</summary>
    public string? ExitReason { get; private set; }

    /// <summary>How it ended; null when its reason does not tell.</summary>
    public Outcome? Outcome => ExitReason switch
    {
        null => null,
        var reason when reason.StartsWith("Completed", StringComparison.OrdinalIgnoreCase) => Events.Outcome.Success,
        var reason when reason.Contains("control-c", StringComparison.OrdinalIgnoreCase) || reason.Contains("interrupt", StringComparison.OrdinalIgnoreCase) =>
            Events.Outcome.Cancelled,
        _ => null,
    };

    public void Read(JsonElement happened)
    {
        var properties = happened.At("properties");
        if (happened.Is("event", "exit")) ExitReason = properties.Message("reason") ?? ExitReason;
        if (!happened.Is("event", "message_send")) return;
        Turns = (Turns ?? 0) + 1;
        var model = properties.Text("main_model") ?? "";
        var used = new TokenCounts(properties.Count("prompt_tokens") ?? 0, properties.Count("completion_tokens") ?? 0);
        // 0 is what it writes when it has no price.
        var cost = properties.DollarsAsMicros("cost") is > 0 and var dollars ? dollars : (long?)null;
        var before = _models.GetValueOrDefault(model) ?? new ModelUsage(model, default, null);
        _models[model] = before with { Tokens = before.Tokens + used, CostUsdMicros = TokenCounts.Add(before.CostUsdMicros, cost) };
    }
}
