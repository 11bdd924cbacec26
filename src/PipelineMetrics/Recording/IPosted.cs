using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>Something that was sent to be recorded, alone or among many.</summary>
/// <typeparam name="TSelf">What it is.</typeparam>
public interface IPosted<TSelf>
    where TSelf : IPosted<TSelf>
{
    /// <summary>The id that the sender gave.</summary>
    string? Id { get; }

    /// <summary>Things the sender should know although it was accepted.</summary>
    IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads what a sender wrote: JSON form, types, and every field by its own rule.</summary>
    /// <param name="json">One JSON object in UTF-8; it must not change until it is recorded.</param>
    /// <param name="rules">How strictly to read.</param>
    /// <param name="posted">What was said, when true is returned.</param>
    /// <param name="rejection">Why nothing could be taken, when false is returned.</param>
    static abstract bool TryRead(ReadOnlyMemory<byte> json, ReadingRules rules, out TSelf posted, out Rejection? rejection);

    /// <summary>Gives it an id that the sender gave beside it.</summary>
    void GiveId(string id);
}
