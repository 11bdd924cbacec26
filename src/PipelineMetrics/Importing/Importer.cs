using PipelineMetrics.Events;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Importing;

/// <summary>
/// One import: reads lines of another log while those before them are being recorded, and counts what becomes of each. For one caller at
/// a time.
/// </summary>
/// <remarks>
/// Parts of at most 1,000 lines are recorded one after the other, each durable before the next begins: other callers wait for one part at
/// most, and an import that ends early has kept everything it has counted.
/// </remarks>
public sealed class Importer : IAsyncDisposable
{
    private const int MostLines = 1000;
    private const int MostBytes = 1 << 20;
    private readonly Recorder _recorder;
    private readonly LineJudge _judge;
    private readonly DryRun? _dryRun;
    private readonly ImportTally _tally;
    private List<Line> _filling = [];
    private List<Line> _recording = [];
    private Task<IReadOnlyList<Receipt>>? _recorded;
    private long _bytes;

    /// <summary>Begins an import.</summary>
    /// <param name="recorder">Where to.</param>
    /// <param name="format">How the lines are written.</param>
    /// <param name="isDryRun">Only say what would be imported.</param>
    /// <param name="maxDepth">How deep JSON may nest.</param>
    public Importer(Recorder recorder, ImportFormat format, bool isDryRun, int maxDepth = ReadingRules.DefaultMaxDepth)
    {
        _recorder = recorder;
        // An attempt without a duration counts in rates; how long it took is known from its start, if at all.
        var rules = recorder.Arriving(refuseUnknownFields: false, maxDepth) with { DurationRequired = false };
        _judge = new LineJudge(format, rules, new KnownStarts(recorder.Tasks));
        _dryRun = isDryRun ? new DryRun(recorder) : null;
        _tally = new ImportTally(isDryRun);
    }

    /// <summary>Set when the log takes nothing more; the rest of the import is not read then.</summary>
    public Receipt? Failure => _tally.Failure;

    /// <summary>Whether <see cref="SendAsync"/> must be called before the next line is added.</summary>
    public bool IsFull => _filling.Count >= MostLines || _bytes >= MostBytes;

    /// <summary>What has become of the lines that are settled.</summary>
    public ImportReport Report => _tally.ToReport();

    /// <summary>Reads a line.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="text">The line in UTF-8; not needed any more when this returns.</param>
    public void Add(long number, ReadOnlySpan<byte> text)
    {
        if (_judge.TryJudge(text, out var fact, out var warnings, out var rejection)) _filling.Add(new Line(number, fact, warnings, null, null));
        else Reject(number, rejection!.Code, rejection.Reason);
        _bytes += text.Length;
    }

    /// <summary>Notes a line that could not be read as one.</summary>
    public void Reject(long number, string code, string reason) => _filling.Add(new Line(number, null, [], code, reason));

    /// <summary>Begins to record what was added, when what went before is settled.</summary>
    public async Task SendAsync()
    {
        await SettleAsync().ConfigureAwait(false);
        (_recording, _filling, _bytes) = (_filling, _recording, 0);
        if (Failure is null) _recorded = RecordAsync();
        else _recording.Clear();
    }

    /// <summary>Waits until everything added is settled.</summary>
    public async Task FinishAsync()
    {
        await SendAsync().ConfigureAwait(false);
        await SettleAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for what is under way, so that an import whose sender has left ends here and not behind everybody's back.</summary>
    public async ValueTask DisposeAsync() => await ((Task?)_recorded ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private Task<IReadOnlyList<Receipt>> RecordAsync()
    {
        var facts = _recording.Select(line => line.Fact).OfType<Fact>().ToList();
        if (_dryRun is null) return facts.Count == 0 ? Task.FromResult<IReadOnlyList<Receipt>>([]) : _recorder.RecordAsync(facts);
        return Task.FromResult<IReadOnlyList<Receipt>>(facts.ConvertAll(_dryRun.Judge));
    }

    private async Task SettleAsync()
    {
        if (_recorded is null) return;
        var receipts = await _recorded.ConfigureAwait(false);
        _recorded = null;
        var next = 0;
        foreach (var line in _recording)
        {
            if (line.Fact is null) _tally.Reject(line.Number, line.Code!, line.Reason!);
            else _tally.Add(line.Number, line.Fact, receipts[next++]);
            _tally.Warn(line.Warnings);
        }
        _recording.Clear();
    }

    private sealed record Line(long Number, Fact? Fact, IReadOnlyList<string> Warnings, string? Code, string? Reason);
}
