using System.Buffers;
using PipelineMetrics.Events;

namespace PipelineMetrics.Aggregation;

/// <summary>
/// All completions that are kept, as columns, and exact answers from them: nothing is sampled or bucketed. Memory is 33 bytes a
/// completion, 4 more for each further number that completions of its block say, some 16 while it is in the default window, and one
/// object per distinct combination of dimensions.
/// </summary>
/// <remarks>
/// One thread applies facts. Any number of readers ask without holding it up for longer than one answer of the default window takes:
/// an answer is made of the rows that were applied when the question came, and of a corrected completion either the old row or the
/// new one, never both, never none.
/// </remarks>
public sealed class CompletionTable
{
    /// <summary>The window that is answered without looking at rows: 7 days.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(7);

    private const int DefaultBlockRows = 1 << 16;
    private readonly Columns _columns;
    private readonly RollingWindow _window;
    private readonly CompletionLineReader _reader = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Dictionary<long, (long Row, long Revision)> _revised = [];
    private readonly HashSet<long> _corrections = [];
    private long _count;

    /// <summary>An empty table.</summary>
    public CompletionTable() : this(DefaultBlockRows)
    {
    }

    internal CompletionTable(int blockRows)
    {
        _columns = new Columns(blockRows);
        _window = new RollingWindow(_columns);
    }

    /// <summary>
    /// How many facts were applied, and what is added for those that left; equal after applying the same facts again from the start, and
    /// never the same for different facts.
    /// </summary>
    public long Version => FirstVersion + _columns.Published + _columns.Reworked.Now.Count;

    /// <summary>The version without any fact; set before anybody reads.</summary>
    internal long FirstVersion { get; set; }

    /// <summary>How many rows were written, corrections too.</summary>
    internal long Rows => _columns.Published;

    /// <summary>Every completion that finished at this time or later is here; earlier ones may have left. Null when none has.</summary>
    public DateTimeOffset? WholeFrom { get; internal init; }

    /// <summary>How many completions there are, corrected ones counted once.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Bytes of the columns.</summary>
    public long MemoryBytes => _columns.MemoryBytes;

    /// <summary>Applies a completion.</summary>
    /// <param name="completion">The completion.</param>
    /// <param name="place">Where it stands in the log; larger from call to call.</param>
    public void Add(Completion completion, long place)
    {
        var line = default(CompletionLine);
        Add(Read(completion, ref line), line, place);
    }

    /// <summary>Applies a completion as it stands in the log.</summary>
    internal void Add(in CompletionNumbers numbers, in CompletionLine line, long place)
    {
        var row = _columns.Write(line, numbers, place);
        _window.Add(row, AppliedMs(numbers));
        Interlocked.Increment(ref _count);
    }

    /// <summary>Applies that the work of a task had to be done again: none of its attempts was a first pass.</summary>
    public void Rework(TaskKey task) => _columns.Reworked.Add(task);

    /// <summary>Applies a correction. The highest revision counts; one that is not higher than what is known changes no figure.</summary>
    /// <param name="originalPlace">The place of the completion that is corrected, which is no correction itself.</param>
    /// <param name="revision">The completion as it should be; without a number it is the first revision.</param>
    /// <param name="place">Where the correction stands in the log.</param>
    /// <exception cref="ArgumentException">There is no original at the place that is corrected.</exception>
    public void Revise(long originalPlace, Completion revision, long place)
    {
        var number = revision.Revision ?? 1;
        var known = _revised.TryGetValue(originalPlace, out var current) ? current : (Row: RowOfOriginal(originalPlace), Revision: 0);
        if (number <= known.Revision) return;
        var line = default(CompletionLine);
        var numbers = Read(revision, ref line);
        var row = _columns.Write(line, numbers, place);
        _window.Replace(known.Row, row, AppliedMs(numbers));
        _corrections.Add(row);
        _revised[originalPlace] = (row, number);
    }

    /// <summary>Lets what has left the default window go, so that it takes no memory; an answer does the same.</summary>
    public void Advance(DateTimeOffset now) => _window.Advance(TimeRange.Rolling(DefaultWindow).Bounds(now).FromMs);

    /// <summary>What decides whether an answer about this range can have changed.</summary>
    public MetricsState StateOf(TimeRange range, DateTimeOffset now)
    {
        var (rows, applied) = _columns.State;
        return StateOf(range, rows, applied, EdgeOf(range, range.Bounds(now).FromMs, rows), _columns.Reworked.Now);
    }

    /// <summary>All figures of the first rows, whatever was corrected since.</summary>
    internal GroupFigures TotalsOf(long rows)
    {
        var everything = new MetricsQuery(TimeRange.Between(null, null)) { Detail = true };
        return Scan.Figures(everything, _columns, new Selected(_columns, rows, long.MinValue, long.MaxValue)).Overall;
    }

    /// <summary>Answers a question from the completions applied so far.</summary>
    public MetricsResult Answer(MetricsQuery query, DateTimeOffset now)
    {
        var range = query.Range;
        var (from, before) = range.Bounds(now);
        if (range.Length == DefaultWindow && _window.TryAnswer(query, from) is { } answer)
            return Marked(Result(query, StateOf(range, answer.Rows, answer.LastAppliedMs, answer.Edge, _columns.Reworked.Now), answer.Overall, answer.Groups, answer.OldestMs), range, from);
        var (rows, applied) = _columns.State;
        var selected = new Selected(_columns, rows, from, before);
        var edge = EdgeOf(range, from, rows);
        var (overall, groups) = Scan.Figures(query, _columns, selected);
        var oldest = range.Length is null ? long.MaxValue : selected.OldestMs();
        return Marked(Result(query, StateOf(range, rows, applied, edge, selected.Reworks), overall, groups, oldest), range, from);
    }

    /// <summary>Answers a question for each step of its range from the completions applied so far.</summary>
    /// <param name="query">The question.</param>
    /// <param name="now">The moment.</param>
    /// <param name="limit">Why there is no answer: it would be too long.</param>
    public SeriesResult? Answer(SeriesQuery query, DateTimeOffset now, out SeriesLimit? limit)
    {
        var range = query.Figures.Range;
        var (from, before) = range.Bounds(now);
        var (rows, applied) = _columns.State;
        var selected = new Selected(_columns, rows, from, before);
        var state = StateOf(range, rows, applied, EdgeOf(range, from, rows), selected.Reworks);
        var span = new SeriesSpan(range, now, state, range.Since is null ? selected.OldestMs() : long.MaxValue);
        var series = new Series(query, _columns, selected, state, span).Answer(out limit);
        return series is null || TruncatedBefore(from) is not { } whole ? series
            : series with { TruncatedBefore = whole, HoldsUntil = Earlier(series.HoldsUntil, MarkedUntil(range, whole)) };
    }

    private MetricsResult Marked(MetricsResult result, TimeRange range, long fromMs) => TruncatedBefore(fromMs) is not { } whole ? result
        : result with { TruncatedBefore = whole, HoldsUntil = Earlier(result.HoldsUntil, MarkedUntil(range, whole)) };

    private DateTimeOffset? TruncatedBefore(long fromMs) => WholeFrom is { } whole && fromMs < whole.ToUnixTimeMilliseconds() ? whole : null;

    // A window that rolls has it all one day, although nothing leaves or comes.
    private static DateTimeOffset MarkedUntil(TimeRange range, DateTimeOffset whole) =>
        range.Length is { } length ? TimeRange.Leaves(whole.ToUnixTimeMilliseconds() - 1, length) : DateTimeOffset.MaxValue;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>The completions that finished last, newest first; of a corrected one only the correction that counts.</summary>
    /// <param name="count">At most this many, more than zero.</param>
    /// <param name="withCancelled">Whether those that count in no rate are among them.</param>
    public IReadOnlyList<NewestCompletion> Newest(int count, bool withCancelled) => new NewestRows(_columns, _columns.Published, count, withCancelled).Find();

    /// <summary>The finished attempts of a range, to be asked about those that are alike.</summary>
    internal Cohorts CohortsOf(TimeRange range, DateTimeOffset now)
    {
        var (from, before) = range.Bounds(now);
        var (rows, applied) = _columns.State;
        var selected = new Selected(_columns, rows, from, before);
        var (holds, whole) = (HoldsUntil(range, range.Length is null ? long.MaxValue : selected.OldestMs()), TruncatedBefore(from));
        return new Cohorts(_columns, selected)
        {
            State = StateOf(range, rows, applied, EdgeOf(range, from, rows), selected.Reworks),
            HoldsUntil = whole is { } mark ? Earlier(holds, MarkedUntil(range, mark)) : holds,
            TruncatedBefore = whole,
        };
    }

    /// <summary>How many attempts of a range completed and failed, those of some sources and cancelled ones left out.</summary>
    /// <param name="range">The range.</param>
    /// <param name="now">The moment.</param>
    /// <param name="without">Sources that do not count.</param>
    public (long Completed, long Failed) CountEnds(TimeRange range, DateTimeOffset now, IReadOnlyCollection<string> without)
    {
        var published = _columns.Published;
        var (from, before) = range.Bounds(now);
        return new SourcedRows(_columns, published, without).Count(new Selected(_columns, published, from, before));
    }

    /// <summary>When the newest completion finished, those of some sources left out; null when there is none.</summary>
    /// <param name="without">Sources that do not count.</param>
    public DateTimeOffset? LastEnd(IReadOnlyCollection<string> without) => new SourcedRows(_columns, _columns.Published, without).LastEnd();

    private long EdgeOf(TimeRange range, long fromMs, long rows) => range.Length is null ? long.MinValue : _columns.NewestBefore(fromMs, rows);

    private static MetricsResult Result(
        MetricsQuery query, MetricsState state, GroupFigures overall, IReadOnlyDictionary<Dimension, GroupTable> groups, long oldestMs)
    {
        if (query.Range.Length is not { } length) return new MetricsResult(state, query.Range.Since, query.Range.Until, overall, groups);
        var from = state.ChangedAt is { } changed && changed - DateTimeOffset.MinValue > length ? changed - length : (DateTimeOffset?)null;
        return new MetricsResult(state, from, state.ChangedAt, overall, groups) { HoldsUntil = HoldsUntil(query.Range, oldestMs) };
    }

    private static DateTimeOffset HoldsUntil(TimeRange range, long oldestMs) =>
        range.Length is not { } length || oldestMs == long.MaxValue ? DateTimeOffset.MaxValue : TimeRange.Leaves(oldestMs, length);

    private MetricsState StateOf(TimeRange range, long rows, long appliedMs, long edge, in Reworks reworks)
    {
        var version = FirstVersion + rows + reworks.Count;
        if (appliedMs == long.MinValue) return new MetricsState(version, edge, null);
        var changed = DateTimeOffset.FromUnixTimeMilliseconds(appliedMs);
        var left = edge == long.MinValue ? changed : TimeRange.Leaves(edge, range.Length!.Value).AddMilliseconds(1);
        return new MetricsState(version, edge, left > changed ? left : changed);
    }

    private static long AppliedMs(in CompletionNumbers numbers) => numbers.ReceivedMs < 0 ? numbers.CreatedMs : numbers.ReceivedMs;

    private long RowOfOriginal(long place)
    {
        var row = _columns.RowAt(place);
        if (_corrections.Contains(row)) throw new ArgumentException($"A correction stands at {place}.", nameof(place));
        return row;
    }

    /// <summary>The completion as the log would write it, and its numbers: one way to apply, whatever it came from.</summary>
    private CompletionNumbers Read(Completion completion, ref CompletionLine line)
    {
        _buffer.ResetWrittenCount();
        completion.WriteTo(_buffer);
        if (_reader.TryRead(_buffer.WrittenSpan, ref line) && CompletionDecoder.TryDecode(line, out var numbers)) return numbers;
        throw new InvalidOperationException("A completion is not written in the form that is read.");
    }
}
