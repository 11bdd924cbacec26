using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// A run of rows as columns. Columns of numbers that most completions do not say are there only in blocks where one does.
/// </summary>
/// <remarks>One writer fills rows from the front and publishes their count elsewhere; readers look only at published rows.</remarks>
internal sealed class Block(int capacity)
{
    public const uint UnknownDuration = uint.MaxValue;

    public readonly long[] CreatedMs = new long[capacity];
    public readonly uint[] DurationMs = new uint[capacity];

    /// <summary>The number of the row's profile, then its <see cref="Kind"/>.</summary>
    public readonly int[] Cells = new int[capacity];
    public readonly long[] Places = new long[capacity];

    /// <summary>The task of the row as <see cref="ReworkedTasks"/> tells tasks apart.</summary>
    public readonly ulong[] Tasks = new ulong[capacity];
    public readonly RowMarks[] Marks = new RowMarks[capacity];

    private readonly NumberColumn?[] _details = new NumberColumn?[DetailNumbers.Count];

    /// <summary>Bounds of <see cref="CreatedMs"/>; they only widen.</summary>
    public long MinCreatedMs = long.MaxValue;
    public long MaxCreatedMs = long.MinValue;

    /// <summary>Whether a row is marked as superseded.</summary>
    public bool HasSuperseded;

    public long MemoryBytes => (capacity * 33L) + _details.Sum(d => d?.MemoryBytes ?? 0);

    public void Write(int row, in CompletionNumbers numbers, int profile, ulong task, long place)
    {
        CreatedMs[row] = numbers.CreatedMs;
        DurationMs[row] = numbers.DurationMs < 0 ? UnknownDuration : (uint)numbers.DurationMs;
        Cells[row] = (profile << Kind.Bits) | Kind.Of(numbers.Status, numbers.Outcome);
        Places[row] = place;
        Tasks[row] = task;
        Marks[row] = MarksOf(numbers);
        for (var i = 0; i < DetailNumbers.Count; i++)
        {
            if (numbers.Details[i] >= 0) (_details[i] ??= new NumberColumn(capacity)).Write(row, numbers.Details[i]);
        }
        MinCreatedMs = Math.Min(MinCreatedMs, numbers.CreatedMs);
        MaxCreatedMs = Math.Max(MaxCreatedMs, numbers.CreatedMs);
    }

    public NumberColumn? Detail(CompletionDetail detail) => Volatile.Read(ref _details[(int)detail]);

    private static RowMarks MarksOf(in CompletionNumbers numbers) =>
        (numbers.IsInferred ? RowMarks.Inferred : 0) | (numbers.IsCostEstimated ? RowMarks.CostEstimated : 0)
        | (numbers.KnowsGates ? RowMarks.GatesKnown : 0) | (numbers.FailedGates ? RowMarks.GatesFailed : 0);
}

/// <summary>What is yes or no about a row.</summary>
[Flags]
internal enum RowMarks : byte
{
    None = 0,
    Inferred = 1,
    CostEstimated = 2,
    GatesKnown = 4,
    GatesFailed = 8,

    /// <summary>A later row corrects this one; which, the columns know.</summary>
    Superseded = 16,

    /// <summary>The row leaves the rolling window in the order of the rows; see <see cref="ExpiryQueue"/>.</summary>
    LeavesInOrder = 32,
}
