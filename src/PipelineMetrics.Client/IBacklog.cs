namespace PipelineMetrics.Client;

/// <summary>Records that wait to be sent. Used by one task at a time, the one that sends.</summary>
internal interface IBacklog
{
    /// <summary>How many wait.</summary>
    long Pending { get; }

    /// <summary>Copies the oldest of them into an empty batch, as many as it takes. They stay here until <see cref="Settle"/>.</summary>
    void Fill(Batch batch);

    /// <summary>Everything the last <see cref="Fill"/> copied is stored or refused for good, and may be forgotten.</summary>
    void Settle();
}
