using PipelineMetrics.Api.Completions;
using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Events;

/// <summary>Batches of lifecycle events.</summary>
internal sealed class EventKind(Recorder recorder) : IBatchKind<EventReport>
{
    public bool TryRead(ReadOnlySpan<byte> json, ReadingRules rules, out EventReport draft, out Rejection? rejection) =>
        EventReport.TryRead(json, rules, out draft, out rejection);

    public string? IdOf(EventReport draft) => draft.Id;

    public void GiveId(EventReport draft, string id) => draft.Id = id;

    public IReadOnlyList<string> WarningsOf(EventReport draft) => draft.Warnings;

    public Task<IReadOnlyList<Receipt>> RecordAsync(IReadOnlyList<(EventReport Draft, int Bytes)> drafts) => recorder.RecordEventsAsync(drafts);
}
