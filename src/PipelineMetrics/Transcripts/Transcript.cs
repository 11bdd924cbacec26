namespace PipelineMetrics.Transcripts;

/// <summary>What an agent program kept of one session.</summary>
/// <param name="Harness">The program.</param>
/// <param name="IdPrefix">How the ids of its completions begin.</param>
/// <param name="SessionId">The session, as the program calls it.</param>
/// <param name="Steps">What happened, in any order.</param>
internal sealed record Transcript(string Harness, string IdPrefix, string SessionId, IReadOnlyList<Step> Steps)
{
    /// <summary>Whether the program says when a unit of work is done: one without end was broken off.</summary>
    public bool SaysEnds { get; init; }

    /// <summary>Whether the program writes down tool calls and compactions.</summary>
    public bool TellsTools { get; init; } = true;
}
