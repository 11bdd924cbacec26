using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>
/// A command that is no agent program by its name but may run one, as a script or <c>npx</c> does. The first message that only one of them
/// prints says which it is; what comes before it, and what others print, is passed over.
/// </summary>
internal sealed class AnyOutput : OutputReader
{
    private OutputReader? _program;

    public override void Read(JsonElement message)
    {
        _program ??= ProgramOf(message);
        _program?.Read(message);
    }

    public override HarnessReport Report(int? exitCode) => _program?.Report(exitCode) ?? new HarnessReport();

    // Its own options are not known here: the command line is somebody else's.
    private static OutputReader? ProgramOf(JsonElement message)
    {
        if (IsClaude(message)) return new ClaudeOutput();
        if (message.Is("type", "thread.started") && Has(message, "thread_id")) return new CodexOutput([HarnessNames.Codex]);
        if ((message.Is("type", "step_start") || message.Is("type", "step_finish")) && Has(message, "sessionID"))
            return new OpenCodeOutput([HarnessNames.OpenCode]);
        return IsGemini(message) ? new GeminiOutput([HarnessNames.GeminiCli]) : null;
    }

    private static bool IsClaude(JsonElement message) => Has(message, "session_id")
        && (message.Is("type", "system") && message.Is("subtype", "init") || message.Is("type", "result") && Has(message, "num_turns"));

    private static bool IsGemini(JsonElement message) => message.Is("type", "init")
        ? Has(message, "session_id") && Has(message, "model")
        : message.At("stats").At("models").ValueKind == JsonValueKind.Object && Has(message, "response");

    private static bool Has(JsonElement message, string name) => message.At(name).ValueKind != JsonValueKind.Undefined;
}
