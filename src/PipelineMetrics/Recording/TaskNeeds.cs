using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>Which lines of a segment that leaves are about tasks that stay. For one thread.</summary>
internal sealed class TaskNeeds(TaskBook tasks, CompactionPlan plan)
{
    private const int MostTaskIdBytes = 256;
    private readonly CompletionLineReader _reader = new();

    /// <summary>Whether a line tells how an attempt ended whose task stays; lines that count nowhere do not.</summary>
    public bool Needs(in StoredLine line)
    {
        if (line.Stream == LogStream.Events || tasks.Count == 0 || IsOfNoTask(line.Json)) return false;
        return Completion.TryReadLine(line.Json, out var completion, out _)
            && tasks.Find(completion.Task) is { } task && plan.Stays(task) && task.History.Contains(line.Place.Packed);
    }

    // Most completions are of tasks that nobody registered; that is known without reading them whole.
    private bool IsOfNoTask(ReadOnlySpan<byte> json)
    {
        var line = default(CompletionLine);
        if (!_reader.TryRead(json, ref line) || line.IsNotPlain(CompletionFields.TaskId)) return false;
        var bytes = line.Raw(CompletionFields.TaskId);
        if (bytes.Length > MostTaskIdBytes) return false;
        Span<char> taskId = stackalloc char[MostTaskIdBytes];
        return !tasks.Knows(taskId[..Encoding.UTF8.GetChars(bytes, taskId)]);
    }
}
