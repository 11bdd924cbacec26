using PipelineMetrics.Events;

namespace PipelineMetrics.Recording;

/// <summary>
/// Something that happened elsewhere and is taken at its word: what is registered here cannot refuse it. It has an id, under which it is
/// recorded once.
/// </summary>
public sealed class Fact
{
    /// <summary>The end of an attempt.</summary>
    /// <param name="completion">What is known of it; it has an id.</param>
    /// <param name="bytes">About how much memory it takes while it waits.</param>
    public Fact(Completion completion, int bytes) : this(completion.Id, bytes) => Completion = completion;

    /// <summary>Anything else that happened.</summary>
    /// <param name="happened">What is known of it; it has an id.</param>
    /// <param name="bytes">About how much memory it takes while it waits.</param>
    public Fact(PipelineEvent happened, int bytes) : this(happened.Id, bytes) => Event = happened;

    private Fact(string? id, int bytes)
    {
        ArgumentNullException.ThrowIfNull(id);
        (Id, Bytes) = (id, bytes);
    }

    /// <summary>Under what it is recorded.</summary>
    public string Id { get; }

    /// <summary>The completion, unless it is an event.</summary>
    public Completion? Completion { get; }

    /// <summary>The event, unless it is a completion.</summary>
    public PipelineEvent? Event { get; }

    internal int Bytes { get; }

    /// <summary>What it is to the line that has its id: the same again, or something else.</summary>
    internal Receipt CompareWith(Completion? completion, PipelineEvent? happened)
    {
        if ((Completion is null) != (completion is null))
            return Conflict($"The id '{Id}' belongs to {(completion is null ? "an event" : "a completion")}. The first stays.");
        string? difference;
        var isSame = Completion is null
            ? Event!.RepeatsWhatIsStored(happened!, out difference)
            : Completion.RepeatsWhatIsStored(completion!, out difference);
        return isSame
            ? new Receipt(Verdict.Duplicate) { Id = Id, Code = "duplicate", Reason = "The same is stored." }
            : Conflict($"Something else is stored under the id '{Id}': '{difference}' differs. The first stays.");
    }

    private Receipt Conflict(string reason) => Receipt.Refused(Verdict.Conflict, "id_conflict", reason) with { Id = Id };
}
