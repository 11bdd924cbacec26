namespace PipelineMetrics.Transcripts;

/// <summary>
/// What units before told already: the file of an agent below holds what the main one had been asked, in the time of a later unit.
/// </summary>
internal sealed class ToldBefore
{
    private readonly AnswerSet _answers = new();
    private readonly HashSet<string> _calls = new(StringComparer.Ordinal);

    /// <summary>The steps of the next unit that no unit before has.</summary>
    public Step[] Without(Step[] steps)
    {
        var own = Array.FindAll(steps, s => !IsKnown(s));
        foreach (var step in own)
        {
            if (step.Kind == StepKind.Answered) _answers.Add(step);
            else if (step is { Kind: StepKind.ToolCalled, Key: { } call }) _calls.Add(call);
        }
        return own;
    }

    private bool IsKnown(Step step) => step.Kind switch
    {
        StepKind.Answered => _answers.Contains(step),
        StepKind.ToolCalled => step.Key is { } call && _calls.Contains(call),
        _ => false,
    };
}
