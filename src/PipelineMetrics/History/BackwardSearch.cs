using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>
/// Finds the newest lines first in files that can only be read forward: window by window, each below the one before, larger while
/// little is found. Of a window only what may still get into the page is kept.
/// </summary>
internal sealed class BackwardSearch(HistoryFilter filter, int limit)
{
    private const int FirstWindow = 256;
    private const int ManyLines = 8192;
    private readonly List<HistoryLine> _page = [];
    private readonly Queue<HistoryLine> _window = new();
    private long _pageBytes;
    private long _windowBytes;
    private long _size = FirstWindow;
    private long _low = -1;
    private int _examined;
    private int _examinedBefore;
    private bool _leftSome;

    private bool IsFull => _page.Count >= limit || _pageBytes >= PageBounds.Bytes || _examined >= PageBounds.Examined;

    /// <summary>The numbers to look at next; false when the page is complete.</summary>
    public bool TryNextWindow(HistoryPosition before, long lastSeq, out long low, out long high)
    {
        high = _low < 0 ? Math.Min(before.Seq, lastSeq) : _low - 1;
        low = Math.Max(0, high - _size + 1);
        var goesOn = _low != 0 && !IsFull && !_leftSome;
        if (goesOn) _low = low;
        return goesOn;
    }

    /// <summary>Looks at a line of the window; they come oldest first.</summary>
    public void Look(HistoryPosition at, in StoredLine line)
    {
        _examined++;
        if (!filter.Wants(line.Stream, line.Json)) return;
        _window.Enqueue(new HistoryLine(at, line.Json.ToArray()));
        _windowBytes += line.Json.Length;
        while (_window.Count > limit - _page.Count || (_window.Count > 1 && _pageBytes + _windowBytes > PageBounds.Bytes))
        {
            _windowBytes -= _window.Dequeue().Json.Length;
            _leftSome = true;
        }
    }

    /// <summary>Takes what was found in the window into the page.</summary>
    public void CloseWindow()
    {
        _page.AddRange(_window.Reverse());
        _pageBytes += _windowBytes;
        _window.Clear();
        _windowBytes = 0;
        // Numbers may be missing by the million, so a window is large enough when it holds many lines, not many numbers.
        if (_examined - _examinedBefore < ManyLines && _size < long.MaxValue / 4) _size *= 2;
        _examinedBefore = _examined;
    }

    public HistoryPage ToPage()
    {
        if (_leftSome) return new HistoryPage(_page, _page[^1].Position);
        return new HistoryPage(_page, _low == 0 ? null : new HistoryPosition(_low));
    }
}
