namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>A test that must wait for limits of the server in seconds; it runs where much is tried.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LargeFactAttribute : FactAttribute
{
    public LargeFactAttribute() => Skip = ProofSize.IsLarge ? null : "waits out the server's own limits: runs with PIPELINE_METRICS_PROOF=large";
}
