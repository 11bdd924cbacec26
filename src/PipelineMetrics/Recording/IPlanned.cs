using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>What a commit writes for one command: planned, numbered, written, applied, answered.</summary>
internal interface IPlanned
{
    /// <summary>How many lines it has.</summary>
    int Count { get; }

    /// <summary>Adds the lines as the log takes them. Their numbers are known before they are written, because an id that we give holds it.</summary>
    void Encode(long seq, DateTimeOffset now, List<PendingLine> lines);

    /// <summary>The lines are durable: brings them into the figures.</summary>
    void ApplyTo(Projection state);

    /// <summary>Answers, once everything durable is in the figures.</summary>
    void SettleStored(Projection state);

    /// <summary>Answers that nothing was kept.</summary>
    void SettleFailed(Receipt receipt);
}
