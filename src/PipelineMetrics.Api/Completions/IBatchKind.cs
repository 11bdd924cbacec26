using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Completions;

/// <summary>What a batch consists of. Everything else about batches is the same for all of them.</summary>
internal interface IBatchKind<TDraft>
{
    bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out TDraft draft, out Rejection? rejection);

    string? IdOf(TDraft draft);

    void GiveId(TDraft draft, string id);

    IReadOnlyList<string> WarningsOf(TDraft draft);

    /// <summary>Records in the order given; each has a receipt of its own, in that order.</summary>
    Task<IReadOnlyList<Receipt>> RecordAsync(IReadOnlyList<(TDraft Draft, int Bytes)> drafts);
}

/// <summary>Finished attempts.</summary>
internal sealed class CompletionKind(Recorder recorder) : IBatchKind<CompletionDraft>
{
    public bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out CompletionDraft draft, out Rejection? rejection) =>
        CompletionDraft.TryRead(json, rules, out draft, out rejection);

    public string? IdOf(CompletionDraft draft) => draft.Id;

    public void GiveId(CompletionDraft draft, string id) => draft.Id = id;

    public IReadOnlyList<string> WarningsOf(CompletionDraft draft) => draft.Warnings;

    public Task<IReadOnlyList<Receipt>> RecordAsync(IReadOnlyList<(CompletionDraft Draft, int Bytes)> drafts) => recorder.RecordAsync(drafts);
}
