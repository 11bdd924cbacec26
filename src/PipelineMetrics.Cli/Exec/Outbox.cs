using PipelineMetrics.Client;
using PipelineMetrics.Contracts;
using PipelineMetrics.Cli.Service;

namespace PipelineMetrics.Cli.Exec;

/// <summary>
/// Sends records, through a spool: one that cannot be sent at once stays in it and is sent by a later run. Costs a run that is over a
/// moment at most, and never its result.
/// </summary>
/// <param name="target">Who gets them.</param>
/// <param name="spool">Where they wait; null for nowhere.</param>
/// <param name="say">Is told when something did not go as it should.</param>
internal sealed class Outbox(Target target, string? spool, Action<string> say)
{
    /// <summary>Whether records are only shown.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Sends a record, and what earlier runs left.</summary>
    /// <param name="record">The record; it has an id.</param>
    /// <param name="stop">Leaves it in the spool.</param>
    public async Task SendAsync(CompletionRequest record, CancellationToken stop)
    {
        await using var handler = new LogHandler(target);
        var part = spool is null ? null : StateFolder.PartFor(spool, target.Log ?? target.Url!.ToString());
        if (await TrySendAsync(record, part, handler, stop) || part is null) return;
        // No place to wait: sent now, or lost.
        await TrySendAsync(record, null, handler, stop);
    }

    /// <returns>Whether it was taken.</returns>
    private async Task<bool> TrySendAsync(CompletionRequest record, string? folder, LogHandler handler, CancellationToken stop)
    {
        var words = new ClientWords(stop);
        await using var client = new PipelineMetricsClient(
            new PipelineMetricsClientOptions
            {
                Address = target.Url ?? new Uri("http://localhost"),
                ApiKey = target.ApiKey,
                DryRun = IsDryRun,
                SpoolDirectory = folder,
                SpoolFileBytes = PipelineMetricsClientOptions.MinSpoolFileBytes,
                RequestTimeout = target.Patience < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : target.Patience,
                StopTimeout = TimeSpan.Zero,
            },
            words, target.Log is null ? null : handler);
        words.HasTrouble = () => client.Counters.Retries > 0;
        var taken = client.Track(record);
        var isSent = taken != TrackResult.Dropped && await client.FlushAsync(target.Patience, words.GiveUp);
        Tell(words, taken, isSent, client.Counters, folder);
        return taken != TrackResult.Dropped;
    }

    private void Tell(ClientWords words, TrackResult taken, bool isSent, ClientCounters counters, string? folder)
    {
        if (IsDryRun || !isSent || counters.Rejected > 0)
        {
            foreach (var line in words.Said) say(line);
        }
        if (taken == TrackResult.Spooled && !isSent) say($"it waits in {folder} and is sent by a later run");
        if (taken == TrackResult.Queued && !isSent) say("the record is lost: it could not be sent, and there is no spool to keep it");
    }
}
