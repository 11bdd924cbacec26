namespace PipelineMetrics.Transcripts;

/// <summary>Counts what becomes of what is read; its memory is bounded however much there is.</summary>
internal sealed class TranscriptTally
{
    public const int MostNamed = 1000;
    private readonly List<SkippedLine> _named = [];
    private readonly Dictionary<string, long> _unpriced = new(StringComparer.Ordinal);
    private long _skipped;

    public long Files { get; set; }

    public long Lines { get; set; }

    public long Sessions { get; set; }

    public long Completions { get; set; }

    public long Revisions { get; set; }

    public long StillRunning { get; set; }

    public long WithoutAnswer { get; set; }

    public long Repeated { get; set; }

    public void Skip(string file, long line, string reason)
    {
        _skipped++;
        if (_named.Count < MostNamed) _named.Add(new SkippedLine(file, line, reason));
    }

    public void NoPrice(IEnumerable<string> models)
    {
        foreach (var model in models)
        {
            var isKnown = _unpriced.TryGetValue(model, out var count);
            if (isKnown || _unpriced.Count < MostNamed) _unpriced[model] = count + 1;
        }
    }

    public TranscriptReport ToReport() => new()
    {
        Files = Files,
        Lines = Lines,
        Sessions = Sessions,
        Completions = Completions,
        Revisions = Revisions,
        StillRunning = StillRunning,
        WithoutAnswer = WithoutAnswer,
        Repeated = Repeated,
        Skipped = _skipped,
        SkippedLines = [.. _named],
        UnpricedModels = [.. _unpriced.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new UnpricedModel(m.Key, m.Value))],
    };
}
