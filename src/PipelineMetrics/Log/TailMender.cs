using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Log;

/// <summary>Brings the end of an active file into a state in which the next line may follow. Tried again after a failure.</summary>
internal sealed class TailMender(Quarantine quarantine, DamageBook book, ILogger logger)
{
    /// <summary>Takes over what the walk through the active file found at its end.</summary>
    public static void Assess(StreamLog log, StreamCursor cursor)
    {
        log.TornReason = cursor.TornReason;
        log.Repair = cursor.GoodEnd < log.Active.Length ? TailRepair.Cut : cursor.LacksLineFeed ? TailRepair.AddLineFeed : TailRepair.None;
        log.Active.Length = cursor.GoodEnd;
    }

    /// <summary>Does what is still to be done; on return the tail is whole and durable.</summary>
    public void Mend(StreamLog log)
    {
        if (log.Repair == TailRepair.Cut)
            SetAside(log);
        else if (log.Repair == TailRepair.AddLineFeed)
            AddLineFeed(log);
        log.Repair = TailRepair.None;
    }

    private static void AddLineFeed(StreamLog log)
    {
        log.FlushLineFeed(log.WrittenPosition);
        log.Sync(1);
        log.Advance(1);
    }

    private void SetAside(StreamLog log)
    {
        var bytes = log.FileLength - log.WrittenPosition;
        var kept = quarantine.KeepTail(log.Active, log.WrittenPosition, bytes);

        // If we crash here the tail is kept and still there: the next start keeps it once more and cuts it then.
        log.CutBack(bytes);
        var damage = new LogDamage(
            DamageKind.TornTail, log.Active.FileName, log.WrittenPosition, bytes, 0, 0, log.TornReason, kept);
        book.Add(damage);
        logger.LogWarning(
            "{File} ended in {Bytes} unfinished bytes at {Offset} ({Reason}); they were set aside as {Kept} and cut",
            damage.File, damage.Bytes, damage.Offset, damage.Reason, damage.KeptAs);
    }
}
