using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Harnesses;

/// <summary>Aider's analytics log: <c>message_send</c> for each answer of a model, <c>exit</c> at the end. It does not tell what was cached.</summary>
internal sealed class AiderOutput(IReadOnlyList<string> command) : OutputReader
{
    private readonly AiderRun _run = new();

    public override void Read(JsonElement message) => _run.Read(message);

    public override HarnessReport Report(int? exitCode) => new()
    {
        Harness = HarnessNames.Aider,
        Model = _run.Model ?? Told.Usable(CommandOptions.Find(command, "--model")),
        Tokens = _run.Tokens,
        CostUsdMicros = _run.CostUsdMicros,
        Turns = _run.Turns,
        Outcome = _run.Outcome,
        Error = _run.Outcome == Outcome.Cancelled ? _run.ExitReason : null,
    };
}
