using System.Net;
using PipelineMetrics.EndToEnd.Judging;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>A batch of two that is under way from the start and ends when it is told to.</summary>
internal sealed class SlowUpload : IDisposable
{
    private readonly Attempt[] _attempts;
    private readonly SlowBatch _batch;
    private readonly Ledger _ledger;
    private readonly Task<HttpResponseMessage> _answering;

    public SlowUpload(HttpClient http, Ledger ledger, string name)
    {
        _ledger = ledger;
        _attempts = [new Attempt($"{name}-one", $"id-{name}-one", true, 1000), new Attempt($"{name}-two", $"id-{name}-two", true, 2000)];
        foreach (var attempt in _attempts) ledger.Send(attempt.TaskId, attempt.Id, attempt.ToJson());
        _batch = new SlowBatch(_attempts[0], _attempts[1]);
        _answering = http.PostAsync($"{ServiceCalls.Completions}/batch", _batch);
    }

    /// <summary>Done when the first line has left.</summary>
    public Task UnderWay => _batch.UnderWay;

    public void GoOn() => _batch.GoOn();

    public async Task ShouldBeStoredAsync()
    {
        using var response = await _answering;
        var answer = await Answer.ReadAsync(response);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        foreach (var attempt in _attempts) _ledger.Ack(attempt.TaskId, attempt.Id!);
    }

    public void Dispose() => _batch.Dispose();
}
