using System.Collections.Concurrent;

namespace PipelineMetrics.EndToEnd.Judging;

/// <summary>
/// What was sent and what was acknowledged, kept outside the service. Every completion has a task of its own, so that one without an
/// id can be recognised too. Safe from any thread.
/// </summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, Sending> _sent = new();
    private readonly ConcurrentDictionary<string, string> _acked = new();
    private readonly ConcurrentDictionary<string, bool> _ackedEvents = new();
    private readonly ConcurrentDictionary<string, bool> _settledTasks = new();
    private readonly ConcurrentQueue<string> _surprises = new();

    /// <summary>Tasks whose completion was sent, each with what was sent.</summary>
    public IReadOnlyDictionary<string, Sending> Sent => _sent;

    /// <summary>Acknowledged ids, each with its task.</summary>
    public IReadOnlyDictionary<string, string> Acked => _acked;

    /// <summary>Acknowledged lifecycle events: type and task.</summary>
    public IEnumerable<string> AckedEvents => _ackedEvents.Keys;

    /// <summary>Answers that nothing explains.</summary>
    public IReadOnlyCollection<string> Surprises => _surprises;

    /// <summary>Completions with an id of ours whose fate nobody told us.</summary>
    public IReadOnlyList<KeyValuePair<string, Sending>> Unsettled =>
        [.. _sent.Where(sent => sent.Value.Id is not null && !_settledTasks.ContainsKey(sent.Key))];

    /// <summary>Call before the first byte leaves.</summary>
    public void Send(string taskId, string? id = null, string body = "") => _sent[taskId] = new Sending(id, body);

    /// <summary>Call after the last byte of the answer has arrived.</summary>
    public void Ack(string taskId, string id)
    {
        if (!_acked.TryAdd(id, taskId)) Surprise($"the id {id} was given to {_acked[id]} and to {taskId}");
        _settledTasks[taskId] = true;
    }

    public void AckEvent(string type, string taskId) => _ackedEvents[$"{type} {taskId}"] = true;

    public void Surprise(string what) => _surprises.Enqueue(what);
}

/// <summary>A completion on its way.</summary>
/// <param name="Id">The id the sender chose; null leaves it to the service.</param>
/// <param name="Body">What to send again.</param>
internal sealed record Sending(string? Id, string Body);
