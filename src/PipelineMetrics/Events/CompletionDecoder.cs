namespace PipelineMetrics.Events;

/// <summary>Turns the values of a line into numbers. Only the forms in which the log writes them; anything else is false.</summary>
internal static class CompletionDecoder
{
    private static readonly int Duration = CompletionFields.IndexOf("duration_seconds");
    private static readonly int Status = CompletionFields.IndexOf("status");
    private static readonly int CreatedAt = CompletionFields.IndexOf("created_at");
    private static readonly int ReceivedAt = CompletionFields.IndexOf("received_at");
    private static readonly int OutcomeField = CompletionFields.IndexOf("outcome");
    private static readonly int GatePassed = CompletionFields.IndexOf("quality_gate_passed");
    private static readonly int GatesRun = CompletionFields.IndexOf("quality_gates_run");
    private static readonly int GatesFailed = CompletionFields.IndexOf("quality_gates_failed");
    private static readonly int CostSourceField = CompletionFields.IndexOf("cost_source");
    private static readonly int Inferred = CompletionFields.IndexOf("outcome_inferred");
    private static readonly int QueueWait = CompletionFields.IndexOf("queue_wait_seconds");

    // In the order of CompletionDetail, without the last one, which is written in seconds.
    private static readonly int[] Counts =
    [
        CompletionFields.IndexOf("retry_count"),
        CompletionFields.IndexOf("actual_input_tokens"),
        CompletionFields.IndexOf("actual_output_tokens"),
        CompletionFields.IndexOf("cache_read_tokens"),
        CompletionFields.IndexOf("cache_write_tokens"),
        CompletionFields.IndexOf("reasoning_tokens"),
        CompletionFields.IndexOf("actual_cost_usd_micros"),
        CompletionFields.IndexOf("estimated_input_tokens"),
        CompletionFields.IndexOf("estimated_output_tokens"),
        CompletionFields.IndexOf("estimated_cost_usd_micros"),
    ];

    private static readonly ulong BeyondContract = Bits([.. Counts, QueueWait, GatePassed, GatesRun, GatesFailed, CostSourceField, Inferred]);

    public static bool TryDecode(in CompletionLine line, out CompletionNumbers numbers)
    {
        numbers = default;
        ((Span<long>)numbers.Details).Fill(-1);
        numbers.ReceivedMs = -1;
        if (!Instant.TryReadMs(line.Raw(CreatedAt), out numbers.CreatedMs)) return false;
        if (!TryMilliseconds(line, Duration, out numbers.DurationMs) || numbers.DurationMs > CompletionFields.MaxDurationMs) return false;
        if (!TryOutcome(line, ref numbers)) return false;
        if (line.Has(ReceivedAt) && !Instant.TryReadMs(line.Raw(ReceivedAt), out numbers.ReceivedMs)) return false;
        return (line.Present & BeyondContract) == 0 || TryDetails(line, ref numbers);
    }

    private static bool TryDetails(in CompletionLine line, ref CompletionNumbers numbers)
    {
        for (var i = 0; i < Counts.Length; i++)
        {
            if (line.Has(Counts[i]) && !TryCount(line.Raw(Counts[i]), out numbers.Details[i])) return false;
        }
        numbers.IsInferred = line.Raw(Inferred).SequenceEqual("true"u8);
        numbers.IsCostEstimated = line.Raw(CostSourceField).SequenceEqual("estimated"u8);
        numbers.FailedGates = line.Raw(GatePassed).SequenceEqual("false"u8) || line.Raw(GatesFailed).Length > 2;
        numbers.KnowsGates = numbers.FailedGates || line.Has(GatePassed) || line.Has(GatesRun);
        return TryMilliseconds(line, QueueWait, out numbers.Details[(int)CompletionDetail.QueueWaitMs]);
    }

    private static bool TryOutcome(in CompletionLine line, ref CompletionNumbers numbers)
    {
        var status = line.Raw(Status);
        numbers.Status = status.SequenceEqual("completed"u8) ? CompletionStatus.Completed : CompletionStatus.Failed;
        if (numbers.Status == CompletionStatus.Failed && !status.SequenceEqual("failed"u8)) return false;
        numbers.Outcome = numbers.Status == CompletionStatus.Completed ? Outcome.Success : Outcome.Failure;
        return !line.Has(OutcomeField) || Words.Outcome.TryParse(line.Raw(OutcomeField), out numbers.Outcome);
    }

    private static bool TryCount(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        if (digits.Length is 0 or > 19) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + (digit - '0');
        }
        return number >= 0;
    }

    // Seconds with at most three decimals, as the log writes them.
    private static bool TryMilliseconds(in CompletionLine line, int field, out long ms)
    {
        ms = -1;
        if (!line.Has(field)) return true;
        var text = line.Raw(field);
        var point = text.IndexOf((byte)'.');
        if (point < 0) point = text.Length;
        var decimals = Math.Max(0, text.Length - point - 1);
        if (point > 12 || decimals > 3 || (decimals == 0 && point != text.Length) || !TryCount(text[..point], out var whole)) return false;
        long part = 0;
        if (decimals > 0 && !TryCount(text[(point + 1)..], out part)) return false;
        ms = (whole * 1000) + (part * (decimals switch { 1 => 100, 2 => 10, _ => 1 }));
        return true;
    }

    private static ulong Bits(IEnumerable<int> fields) => fields.Aggregate(0UL, (bits, field) => bits | (1UL << field));
}
