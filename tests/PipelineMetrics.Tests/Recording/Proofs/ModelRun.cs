using System.Text;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;
using PipelineMetrics.Tests.Log;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>Does the same steps to a service and to the model, and compares them after each.</summary>
internal sealed class ModelRun : IDisposable
{
    private readonly RecorderBench _bench = new(options => options.SegmentBytes = LogOptions.MinSegmentBytes);
    private Model _model;
    private string? _what;

    private ModelRun() => _model = new Model { Now = _bench.Now };

    /// <summary>What went wrong at which step; null when nothing did.</summary>
    public static async Task<string?> FailureOfAsync(IReadOnlyList<Step> steps, Action<string>? done = null)
    {
        using var run = new ModelRun();
        for (var i = 0; i < steps.Count; i++)
        {
            try
            {
                run._what = null;
                await run.DoAsync(steps[i]);
                run.Sees().ShouldBe(run._model.ToString());
                if (i == steps.Count - 1 || steps[i].Act is Act.Crash or Act.CrashDuring or Act.Restart) run.LogShouldHoldWhatWasAcknowledged();
                done?.Invoke(run._what ?? $"{steps[i].Act}");
            }
            catch (Exception e)
            {
                return $"step {i + 1}, {steps[i]}: {e.Message}";
            }
        }
        return null;
    }

    public void Dispose() => _bench.Dispose();

    private Task DoAsync(Step step) => step.Act switch
    {
        Act.Batch => BatchAsync(step),
        Act.Crash => Now(() => LosePower(step)),
        Act.CrashDuring => CrashDuringAsync(step),
        Act.Restart => Now(_bench.Restart),
        Act.FillDisk => Now(() => SetFull(true)),
        Act.FreeDisk => Now(() => SetFull(false)),
        Act.Append => AppendAsync(step),
        Act.Wait => Now(() => Wait(step)),
        _ => CommandAsync(step),
    };

    private async Task CommandAsync(Step step)
    {
        var expected = _model.Do(step);
        var receipt = await SendAsync(step);
        receipt.Verdict.ShouldBe(expected, receipt.Reason);
    }

    private Task<Receipt> SendAsync(Step step) => step.Act switch
    {
        Act.Post => _bench.Post(Body($"i{step.A}", step.B)),
        Act.Register => _bench.Register($$"""{"task_id":"t{{step.A}}","direction":"d{{step.B % 2}}"}"""),
        Act.Claim => _bench.Patch($"t{step.A}", null, $"r{step.B % 2}"),
        Act.Patch => _bench.Patch($"t{step.A}", (TaskState)step.B, step.C < 2 ? $"r{step.C}" : null),
        _ => _bench.Post(Body(null, step.B, $"t{step.A}")),
    };

    private async Task BatchAsync(Step step)
    {
        (string Id, int Content)[] lines = [($"i{step.A}", step.B), ($"i{step.A + 1}", step.B), ($"i{step.A}", (step.B + (step.C % 2)) % 6)];
        var expected = lines.Select(l => _model.Post(l.Id, l.Content)).ToList();
        var receipts = await _bench.PostAll([.. lines.Select(l => Body(l.Id, l.Content))]);
        receipts.Select(r => r.Verdict).ShouldBe(expected);
    }

    // What was not acknowledged may have happened or not; what was acknowledged has.
    private async Task CrashDuringAsync(Step step)
    {
        var before = _model.Copy();
        var expected = _model.Do(step.Command);
        _bench.Disk.DiesAtCall = _bench.Disk.Calls + step.DiesAfter;
        var receipt = await SendAsync(step.Command);
        if (receipt.Verdict != Verdict.Unavailable) receipt.Verdict.ShouldBe(expected, receipt.Reason);
        LosePower(step);
        if (receipt.Verdict != Verdict.Unavailable) return;
        _what = "CrashDuring that lost it";
        if (Sees() != _model.ToString()) _model = before;
        else if (before.ToString() != _model.ToString()) _what = "CrashDuring that kept it";
    }

    private async Task AppendAsync(Step step)
    {
        var at = _bench.Now.UtcDateTime.ToString("O");
        if (step.C > 0) _model.Append($"i{step.A}", step.B);
        var line = step.C == 0 ? """{"x":1}""" : Body($"i{step.A}", step.B, more: $",\"created_at\":\"{at}\"");
        _bench.AppendForeign("metrics.jsonl", step.C == 1 && !_model.IsFull ? line : line + "\n");
        // Any commit takes in what others appended, one that stores nothing too.
        (await _bench.Post("""{"revises":"nobody","turns":1}""")).Verdict.ShouldBe(Verdict.Unknown);
    }

    // The commit thread dies with the machine: what it would do afterwards must not reach the disk that the next start finds.
    private void LosePower(Step step)
    {
        _bench.Disk.DiesAtCall ??= _bench.Disk.Calls + 1;
        try
        {
            _bench.Recorder.Dispose();
        }
        catch (SimDisk.PowerLoss)
        {
            // It was about to sync what nobody was promised.
        }
        _bench.Disk.Crash(new Random(step.A + (10 * step.B) + (100 * step.C)));
        _bench.Crash();
        SetFull(_model.IsFull);
    }

    private void SetFull(bool isFull)
    {
        _model.IsFull = isFull;
        _bench.Disk.Fault = isFull ? (_, call) => call is "write" or "create" ? new DiskException(DiskFault.Full, call, "", "no room") : null : null;
    }

    private void Wait(Step step)
    {
        _bench.Clock.Advance(TimeSpan.FromHours(step.B * 3));
        _model.Now = _bench.Now;
    }

    private string Sees()
    {
        var week = _bench.Recorder.Completions.Answer(new MetricsQuery(TimeRange.Rolling(TimeSpan.FromDays(7))), _bench.Now).Overall.Total;
        var all = _bench.Figures;
        var tasks = _bench.Recorder.Tasks.List(_ => true, 100).Tasks.OrderBy(t => t.Key.TaskId, StringComparer.Ordinal);
        return $"{all.Completed} completed, {all.Failed} failed, {week} in 7 days, {all.Duration.Count} timed; "
            + string.Join(", ", tasks.Select(t => $"{t.Key.TaskId} {t.State} {t.Runner ?? "-"} {t.Attempt}"));
    }

    private void LogShouldHoldWhatWasAcknowledged()
    {
        foreach (var (id, content) in _model.Contents)
            Encoding.UTF8.GetString(_bench.Recorder.FindCompletion(id).ShouldNotBeNull(id).Json).ShouldContain($"\"duration_seconds\":{content + 1},");
        IdsInOurLines().ShouldBe(_model.Own.Order(StringComparer.Ordinal));
        JournalVerifier.Verify(_bench.Disk, new LogOptions { Directory = LogBench.Directory }).Damage.ShouldBeEmpty();
    }

    private IEnumerable<string> IdsInOurLines() => _bench.Disk.Names
        .Where(file => file.StartsWith("/log/metrics", StringComparison.Ordinal) && file.EndsWith(".jsonl", StringComparison.Ordinal))
        .SelectMany(file => _bench.Lines(Path.GetFileName(file)))
        .Where(line => line.Contains("\"seq\":", StringComparison.Ordinal) && line.Contains("\"id\":\"i", StringComparison.Ordinal))
        .Select(line => line.Split("\"id\":\"")[1].Split('"')[0]).Order(StringComparer.Ordinal);

    private static Task Now(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    // The last content is so long that a few of them fill a segment.
    private static string Body(string? id, int content, string task = "u", string more = "")
    {
        if (id is not null) more += $",\"id\":\"{id}\"";
        if (id is not null && content == 5) more += $",\"metadata\":{{\"x\":\"{new string('x', 8000)}\"}}";
        return $$"""{"task_id":"{{task}}","duration_seconds":{{content + 1}},"status":"{{(Model.IsGood(content) ? "completed" : "failed")}}"{{more}}}""";
    }
}
