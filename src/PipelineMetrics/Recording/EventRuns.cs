using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>
/// Cuts reports where one commit could not keep their order: a commit numbers its events before its completions, so an event that
/// was told after the end of an attempt waits for the commit after that.
/// </summary>
internal static class EventRuns
{
    public static IEnumerable<IReadOnlyList<(EventReport Report, int Bytes)>> Of(IReadOnlyList<(EventReport Report, int Bytes)> reports)
    {
        var run = new List<(EventReport, int)>();
        for (var i = 0; i < reports.Count; i++)
        {
            if (i > 0 && reports[i].Report.Event is not null && reports[i - 1].Report.Event is null)
            {
                yield return run;
                run = [];
            }
            run.Add(reports[i]);
        }
        if (run.Count > 0) yield return run;
    }
}
