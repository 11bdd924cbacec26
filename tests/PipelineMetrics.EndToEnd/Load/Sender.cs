using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>
/// One runner that posts record after record, each under a new id, and keeps what it was told about each. It may outlive the service.
/// </summary>
internal sealed class Sender(string name = "run")
{
    private readonly List<string> _acked = [];
    private readonly List<string> _refused = [];
    private readonly List<string> _unknown = [];
    private int _count;

    /// <summary>Must be there, in this order.</summary>
    public IReadOnlyList<string> Acked => _acked;

    /// <summary>Must never be there: the answer said that nothing was kept.</summary>
    public IReadOnlyList<string> Refused => _refused;

    /// <summary>May be there: the log stopped under them, or no answer came.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    /// <param name="http">The service of the moment.</param>
    /// <param name="padding">Bytes that make the line longer.</param>
    public async Task<Answer> PostAsync(HttpClient http, int padding = 0)
    {
        var id = $"{name}-{_count++:d6}";
        var body = new { id, task_id = $"task-of-{id}", duration_seconds = 1.5, status = "completed", metadata = new { pad = new string('x', padding) } };
        // Until the answer is here nobody knows.
        _unknown.Add(id);
        var answer = await http.AskAsync(HttpMethod.Post, ServiceCalls.Completions, body);
        if (answer.Code == "log_stopped") return answer;
        _unknown.Remove(id);
        (answer.Status == HttpStatusCode.Created ? _acked : _refused).Add(id);
        return answer;
    }

    /// <summary>Posts until one is not acknowledged.</summary>
    /// <returns>The answer that refused it.</returns>
    public async Task<Answer> PostUntilRefusedAsync(HttpClient http, int most, int padding = 0)
    {
        for (var count = 0; count <= most; count++)
        {
            if (await PostAsync(http, padding) is { Status: not HttpStatusCode.Created } refusal) return refusal;
        }
        throw new InvalidOperationException($"More than {most} records were taken.");
    }

    /// <summary>Posts records of which every one must be acknowledged.</summary>
    public async Task PostAllAsync(HttpClient http, int count, int padding = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var answer = await PostAsync(http, padding);
            answer.Status.ShouldBe(HttpStatusCode.Created, answer.Body);
        }
    }
}
