namespace PipelineMetrics.Tests;

/// <summary>How many cases a proof runs: few under plain <c>dotnet test</c>, many when the environment asks for them.</summary>
internal static class ProofSize
{
    public static int Cases(int ci, int large) => Environment.GetEnvironmentVariable("PIPELINE_METRICS_PROOF") == "large" ? large : ci;
}
