using System.Collections.Concurrent;
using System.Numerics;
using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// The tasks whose work had to be done again. A task is told from others by a keyed hash of 64 bits, so that a row knows its task with
/// 8 bytes: among a hundred million tasks two are taken for one with a chance of one in three thousand.
/// </summary>
/// <remarks>One writer; a reader sees the tasks that were there when it began.</remarks>
internal sealed class ReworkedTasks
{
    private static readonly int TaskId = CompletionFields.TaskId;
    private static readonly int ChainId = CompletionFields.IndexOf("chain_id");
    private readonly KeyHash _hash = new();
    private readonly ConcurrentDictionary<ulong, long> _numbers = new();
    private long _count;

    /// <summary>How many tasks there are, and a look at them as they are now.</summary>
    public Reworks Now => new(_numbers, Volatile.Read(ref _count));

    /// <summary>Adds a task; nothing happens when it is there.</summary>
    public void Add(TaskKey task)
    {
        // Readers go by the count: a task is there before it is counted.
        if (_numbers.TryAdd(Hash(Encoding.UTF8.GetBytes(task.TaskId), Encoding.UTF8.GetBytes(task.ChainId ?? "")), _count)) Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>The hash of the task of a completion.</summary>
    public ulong HashOf(in CompletionLine line) => (line.NotPlain & (1UL << TaskId | 1UL << ChainId)) == 0
        ? Hash(line.Raw(TaskId), line.Raw(ChainId))
        : Hash(Encoding.UTF8.GetBytes(line.Text(TaskId)!), Encoding.UTF8.GetBytes(line.Text(ChainId) ?? ""));

    // No id is empty: an empty chain is none.
    private ulong Hash(ReadOnlySpan<byte> task, ReadOnlySpan<byte> chain) =>
        chain.IsEmpty ? _hash.Of(task) : _hash.Of(task) ^ BitOperations.RotateLeft(_hash.Of(chain), 29);
}

/// <summary>The tasks whose work had been done again at some moment.</summary>
/// <param name="numbers">The tasks, in the order in which they came.</param>
/// <param name="count">How many there were.</param>
internal readonly struct Reworks(ConcurrentDictionary<ulong, long> numbers, long count)
{
    public long Count => count;

    public bool Include(ulong task) => count > 0 && numbers.TryGetValue(task, out var number) && number < count;
}
