using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;
using PipelineMetrics.Pricing;

namespace PipelineMetrics.Transcripts;

/// <summary>
/// Makes completions of what an agent program keeps of its sessions. Reads only; one session is in memory at a time. For one caller at a time.
/// </summary>
/// <remarks>
/// The ids are made of the program's own, so what was imported before is known when it comes again. A unit that has not come to rest (no step
/// for <see cref="UnitOfWork.Rest"/>) is left for the next import. One that went on after a rest gives two completions: what it was at its
/// first rest, under its id, and what it is now as a revision of that, numbered by its rests. So whatever was imported before, and however
/// often, the highest revision is what the session came to. Files only ever grow; one that is edited contradicts what was imported.
/// </remarks>
/// <param name="harness">The program, one of <see cref="TranscriptPlaces.Harnesses"/>.</param>
/// <param name="unit">What becomes one completion.</param>
/// <param name="prices">Prices for what the program tells no cost of.</param>
/// <param name="clock">Says what may still be running.</param>
public sealed class TranscriptImport(string harness, TranscriptUnit unit, PriceTable prices, TimeProvider clock)
{
    private readonly TranscriptTally _tally = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>The kind of work that the completions say; null for none.</summary>
    public string? TaskType { get; init; }

    /// <summary>What has become of what was read so far.</summary>
    public TranscriptReport Report => _tally.ToReport();

    /// <summary>
    /// The completions of the sessions in a file or below a directory, read while they are asked for. Each can be written with
    /// <see cref="Completion.WriteTo"/> as a line that an import of lines of our own takes. What cannot be read is named in
    /// <see cref="Report"/>, and never ends the reading.
    /// </summary>
    /// <param name="path">A file, or a directory to look through.</param>
    /// <exception cref="ArgumentException">Nothing is known of the program's files.</exception>
    public IEnumerable<Completion> Read(string path) => Reader().Read(path).SelectMany(Completions);

    private TranscriptReader Reader() => harness switch
    {
        HarnessNames.ClaudeCode => new ClaudeTranscripts(_tally),
        HarnessNames.Codex => new CodexTranscripts(_tally),
        HarnessNames.OpenCode => new OpenCodeTranscripts(_tally),
        HarnessNames.GeminiCli => new GeminiTranscripts(_tally),
        HarnessNames.Aider => new AiderTranscripts(_tally),
        _ => throw new ArgumentException($"'{harness}' is none of {string.Join(", ", TranscriptPlaces.Harnesses)}."),
    };

    private IEnumerable<Completion> Completions(Transcript transcript)
    {
        _tally.Sessions++;
        return UnitOfWork.Of(transcript, unit).SelectMany(work => Completions(transcript, work));
    }

    private IEnumerable<Completion> Completions(Transcript transcript, UnitOfWork work)
    {
        var rests = work.Rests(clock.GetUtcNow(), out var isRunning);
        if (isRunning) _tally.StillRunning++;
        var figures = rests.Select(steps => new UnitFigures(transcript, steps)).SkipWhile(f => !f.HasAnswer).ToList();
        if (figures.Count == 0)
        {
            if (!isRunning) _tally.WithoutAnswer++;
            return [];
        }
        if (_ids.Add(work.Id)) return Revisions(work, figures);
        _tally.Repeated++;
        return [];
    }

    private IEnumerable<Completion> Revisions(UnitOfWork work, List<UnitFigures> figures)
    {
        if (Completion(work, figures[0], 0) is not { } first) yield break;
        _tally.Completions++;
        yield return first;
        if (figures.Count == 1 || Completion(work, figures[^1], figures.Count - 1) is not { } last) yield break;
        _tally.Revisions++;
        yield return last;
    }

    private Completion? Completion(UnitOfWork work, UnitFigures figures, int revision)
    {
        var draft = figures.ToDraft(prices);
        (draft.TaskId, draft.TaskType, draft.Source) = (work.TaskId, TaskType, "import");
        (draft.Id, draft.Revises, draft.Revision) = revision == 0 ? (work.Id, null, null) : ($"{work.Id}:r{revision}", work.Id, (long?)revision);
        _tally.NoPrice(figures.Unpriced);
        if (Events.Completion.TryCreate(draft, ReadingRules.Stored, out var completion, out var rejection)) return completion;
        _tally.Skip(work.Id, 0, rejection!.Reason);
        return null;
    }
}
