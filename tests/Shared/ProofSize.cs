namespace PipelineMetrics.Proofs;

/// <summary>How much is tried: little in every run, much when PIPELINE_METRICS_PROOF is <c>large</c>.</summary>
internal static class ProofSize
{
    public static bool IsLarge { get; } = Environment.GetEnvironmentVariable("PIPELINE_METRICS_PROOF") == "large";

    public static int Cases(int ci, int large) => IsLarge ? large : ci;
}
