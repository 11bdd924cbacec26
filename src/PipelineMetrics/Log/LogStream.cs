using System.Diagnostics.CodeAnalysis;

namespace PipelineMetrics.Log;

/// <summary>The two files of the journal. The numeric order is also the order within one commit.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of lines, as the whole project calls it; not a System.IO.Stream.")]
public enum LogStream
{
    /// <summary>Lifecycle events, <c>events.jsonl</c>; written and synced first.</summary>
    Events = 0,

    /// <summary>Completions, <c>metrics.jsonl</c>.</summary>
    Completions = 1,
}
