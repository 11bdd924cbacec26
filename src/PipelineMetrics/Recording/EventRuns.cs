namespace PipelineMetrics.Recording;

/// <summary>
/// Cuts events where one commit could not keep their order: a commit numbers its events before its completions, so an event that
/// was told after the end of an attempt waits for the commit after that.
/// </summary>
internal static class EventRuns
{
    public static IEnumerable<IReadOnlyList<PostedEvent>> Of(IReadOnlyList<PostedEvent> told)
    {
        var run = new List<PostedEvent>();
        for (var i = 0; i < told.Count; i++)
        {
            if (i > 0 && told[i].Event is not null && told[i - 1].Event is null)
            {
                yield return run;
                run = [];
            }
            run.Add(told[i]);
        }
        if (run.Count > 0) yield return run;
    }
}
