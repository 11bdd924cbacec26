namespace PipelineMetrics.Transcripts;

/// <summary>What becomes one completion.</summary>
public enum TranscriptUnit
{
    /// <summary>A whole session.</summary>
    Session,

    /// <summary>What followed one prompt, or one turn of a program that counts turns.</summary>
    Prompt,
}
