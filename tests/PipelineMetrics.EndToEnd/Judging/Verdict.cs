using PipelineMetrics.EndToEnd.Load;

namespace PipelineMetrics.EndToEnd.Judging;

/// <summary>Judges a log by a ledger: acknowledged is part of stored, stored is part of sent, and everything is there once.</summary>
internal static class Verdict
{
    private const int Shown = 5;

    public static void ShouldHonour(this Recount log, Ledger ledger)
    {
        ledger.Surprises.Take(Shown).ShouldBeEmpty();
        log.ShouldBeGapless();
        None(Repeated(log.Completions.Select(line => line.Id!)), "stored twice under one id");
        None(Repeated(log.Completions.Select(line => line.TaskId!)), "stored twice under two ids");
        None(Repeated(log.Events.Select(line => line.Event)), "events stored twice");
        None(log.Completions.Where(line => !WasSent(ledger, line)).Select(line => line.Id!), "stored but never sent");
        var stored = log.Completions.ToDictionary(line => line.Id!, line => line.TaskId);
        var lost = ledger.Acked.Where(acked => stored.GetValueOrDefault(acked.Key) != acked.Value);
        None(lost.Select(acked => acked.Key), "acknowledged but lost");
        None(ledger.AckedEvents.Except(log.Events.Select(line => line.Event)), "events acknowledged but lost");
    }

    /// <summary>
    /// Judges a log by one sender: what was acknowledged is there in its order, what was refused is not, and nothing else but what
    /// nobody knows about.
    /// </summary>
    public static void ShouldHonour(this Recount log, Sender sender)
    {
        log.ShouldBeGapless();
        var stored = log.Completions.Select(line => line.Id!).ToList();
        None(Repeated(stored), "stored twice");
        var unknown = sender.Unknown.ToHashSet();
        stored.Where(id => !unknown.Contains(id)).ShouldBe(sender.Acked, "acknowledged, and nothing but that");
    }

    private static bool WasSent(Ledger ledger, LogLine line) =>
        ledger.Sent.TryGetValue(line.TaskId!, out var sent) && (sent.Id is null || sent.Id == line.Id);

    private static IEnumerable<string> Repeated(IEnumerable<string> keys) =>
        keys.GroupBy(key => key).Where(group => group.Count() > 1).Select(group => group.Key);

    private static void None(IEnumerable<string> found, string what) => found.Take(Shown).ShouldBeEmpty(what);
}
