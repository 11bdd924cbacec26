using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// The story of every task that was ever named. A task is known by a keyed hash of 128 bits, about 100 bytes in all, because there may be as
/// many as there are completions; that two of ten million share one has a chance of 1 in 10^24. Only those that are open have names.
/// </summary>
internal sealed class TaskStories
{
    private const int MostKeyBytes = 1024;
    private readonly SipHash _high = NewHash();
    private readonly SipHash _low = NewHash();
    private readonly Dictionary<UInt128, TaskStory> _stories = [];
    private readonly Dictionary<UInt128, List<long>> _starts = [];
    private readonly Dictionary<UInt128, (string TaskId, List<long> Openings)> _open = [];

    /// <summary>All stories with their keys.</summary>
    public Dictionary<UInt128, TaskStory> All => _stories;

    /// <summary>The key of a task.</summary>
    public UInt128 KeyOf(TaskKey task)
    {
        Span<byte> bytes = stackalloc byte[MostKeyBytes];
        // A byte that no text has keeps apart which part is the chain.
        var length = task.ChainId is null ? 0 : Encoding.UTF8.GetBytes(task.ChainId, bytes);
        bytes[length++] = task.ChainId is null ? (byte)0xFE : (byte)0xFF;
        length += Encoding.UTF8.GetBytes(task.TaskId, bytes[length..]);
        return new UInt128(_high.Hash(bytes[..length]), _low.Hash(bytes[..length]));
    }

    /// <summary>The story of a task, made when there is none. Valid until the next call.</summary>
    public ref TaskStory Of(UInt128 key)
    {
        ref var story = ref CollectionsMarshal.GetValueRefOrAddDefault(_stories, key, out var exists);
        if (!exists) story = TaskStory.Unknown;
        return ref story;
    }

    /// <summary>The task was started.</summary>
    public void Start(UInt128 key, ref TaskStory story, long ms)
    {
        if (story.WasStarted && story.StartMs != ms)
        {
            ref var starts = ref CollectionsMarshal.GetValueRefOrAddDefault(_starts, key, out _);
            (starts ??= [story.StartMs]).Add(ms);
            story.HasManyStarts = true;
        }
        story.StartMs = Math.Max(story.StartMs, ms);
    }

    /// <summary>There is something to do. Of facts of one millisecond the one that is told later counts.</summary>
    public void Open(UInt128 key, in TaskStory story, string taskId, long ms)
    {
        if (ms < story.EndedMs) return;
        if (!_open.TryGetValue(key, out var open)) _open[key] = open = (taskId, []);
        open.Openings.Add(ms);
    }

    /// <summary>There is nothing more to do.</summary>
    public void End(UInt128 key, ref TaskStory story, long ms)
    {
        story.EndedMs = Math.Max(story.EndedMs, ms);
        if (!_open.TryGetValue(key, out var open)) return;
        open.Openings.RemoveAll(opening => opening <= ms);
        if (open.Openings.Count == 0) _open.Remove(key);
    }

    /// <summary>The id of a task and since when there is something to do; false when there is not.</summary>
    public bool IsOpen(UInt128 key, out string taskId, out long sinceMs)
    {
        var isOpen = _open.TryGetValue(key, out var open);
        (taskId, sinceMs) = isOpen ? (open.TaskId, open.Openings.Min()) : ("", TaskStory.Never);
        return isOpen;
    }

    /// <summary>
    /// From its last start to its completion, milliseconds; without a start as long as the completion says. Null when that is not known.
    /// </summary>
    public long? CycleMs(UInt128 key, in TaskStory story)
    {
        var completed = story.CompletedMs;
        if (!story.WasStarted) return story.DurationMs < 0 ? null : story.DurationMs;
        var start = story.StartMs <= completed ? story.StartMs
            : story.HasManyStarts ? _starts[key].Where(ms => ms <= completed).DefaultIfEmpty(TaskStory.Never).Max() : TaskStory.Never;
        if (start != TaskStory.Never) return completed - start;
        return story.DurationMs < 0 ? null : story.DurationMs;
    }

    private static SipHash NewHash()
    {
        var key = RandomNumberGenerator.GetBytes(16);
        return new SipHash(BitConverter.ToUInt64(key, 0), BitConverter.ToUInt64(key, 8));
    }
}
