using System.Text.Json;

namespace PipelineMetrics.Harnesses;

/// <summary>Reads the messages of one agent program. What it does not know it passes over.</summary>
internal abstract class OutputReader
{
    /// <summary>Takes one message of the program; it lives until this returns.</summary>
    public abstract void Read(JsonElement message);

    /// <summary>What the messages said, with what the exit code says where they do not.</summary>
    /// <param name="exitCode">Of the program; null when it has none.</param>
    public abstract HarnessReport Report(int? exitCode);
}
