using System.Globalization;

namespace PipelineMetrics.EndToEnd;

/// <summary>What decides the moments and the load of a run; PIPELINE_METRICS_PROOF_SEED repeats those of an earlier one.</summary>
internal static class ProofSeed
{
    /// <summary>Print it: without it a failure cannot be repeated.</summary>
    public static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable("PIPELINE_METRICS_PROOF_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next();
}
