namespace PipelineMetrics.Analysis;

/// <summary>How much a prediction is worth.</summary>
public enum Confidence
{
    /// <summary>Nothing is recorded, and nothing is predicted.</summary>
    None,

    /// <summary>Few attempts, or attempts that have little in common with the task.</summary>
    Low,

    /// <summary>At least 30 attempts that share the kind of work and the model, as far as they are said.</summary>
    Medium,

    /// <summary>At least 100 attempts that share everything that is said of the task.</summary>
    High,
}

/// <summary>The rule of the confidence.</summary>
internal static class Confidences
{
    private const int ForMedium = 30;
    private const int ForHigh = 100;

    /// <param name="level">What the attempts share.</param>
    /// <param name="attempts">How many there are.</param>
    /// <param name="minSamples">Below this the confidence is low at most.</param>
    public static Confidence Of(Fallback level, long attempts, int minSamples)
    {
        if (attempts == 0) return Confidence.None;
        if (attempts < minSamples) return Confidence.Low;
        if (level == Fallback.Exact && attempts >= ForHigh) return Confidence.High;
        return level <= Fallback.TaskTypeAndModel && attempts >= ForMedium ? Confidence.Medium : Confidence.Low;
    }
}
