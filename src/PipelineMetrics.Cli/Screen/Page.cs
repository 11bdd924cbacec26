using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Screen;

/// <summary>
/// The whole terminal as one page that is drawn over and over. What was on the screen before is there again when the page is left,
/// however that happens.
/// </summary>
internal sealed class Page : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l\e[H\e[2J";
    private const string Leave = "\e[?25h\e[?1049l";
    private readonly Shell _shell;
    private readonly bool _noColor;
    private readonly Lock _lock = new();
    private IDisposable? _resizes;
    private IRenderable _picture = new Line("…");
    private string? _problem;
    private ScreenSize _size;
    private string[] _rows = [];
    private bool _isLeft;

    private Page(Shell shell, bool noColor) => (_shell, _noColor) = (shell, noColor);

    /// <summary>Takes the terminal.</summary>
    public static Page Open(Shell shell, bool noColor)
    {
        var page = new Page(shell, noColor);
        page.Write(Enter);
        // Also when nobody gets to dispose it, because something could not be waited for.
        AppDomain.CurrentDomain.ProcessExit += page.OnExit;
        page._resizes = shell.WhenResized?.Invoke(page.Redraw);
        page.Redraw();
        return page;
    }

    /// <summary>Shows a picture; what of it is below the last row is left out.</summary>
    public void Show(IRenderable picture)
    {
        lock (_lock)
        {
            (_picture, _problem) = (picture, null);
        }
        Redraw();
    }

    /// <summary>Shows a problem above the picture of before.</summary>
    public void Show(string problem)
    {
        lock (_lock)
        {
            _problem = problem;
        }
        Redraw();
    }

    /// <summary>Done when somebody has pressed q; never where nobody can.</summary>
    public Task LeftAsync() => _shell.ReadKey is not { } readKey ? new TaskCompletionSource().Task
        : Task.Factory.StartNew(() => { while (readKey() is not ('q' or 'Q')) { } }, TaskCreationOptions.LongRunning);

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isLeft) return;
            _isLeft = true;
            Write(Leave);
        }
        _resizes?.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
    }

    private void OnExit(object? sender, EventArgs e) => Dispose();

    private void Redraw()
    {
        lock (_lock)
        {
            if (!_isLeft) Draw_NeedsLock(_shell.Size());
        }
    }

    /// <summary>Writes the rows that changed, at once, so that nothing flickers.</summary>
    private void Draw_NeedsLock(ScreenSize size)
    {
        var frame = new StringBuilder();
        if (size != _size) frame.Append("\e[2J");
        var before = size == _size ? _rows : [];
        var rows = RowsOf(size);
        for (var row = 0; row < Math.Max(rows.Length, before.Length); row++)
        {
            var (now, then) = (row < rows.Length ? rows[row] : "", row < before.Length ? before[row] : null);
            // Cleared before it is written: after a full row the cursor is still on its last cell.
            if (now != then) frame.Append($"\e[{row + 1};1H\e[2K").Append(now);
        }
        (_rows, _size) = (rows, size);
        if (frame.Length > 0) Write(frame.ToString());
    }

    private string[] RowsOf(ScreenSize size)
    {
        IRenderable all = _problem is null ? _picture : new Rows(new Line(new Cell(_problem, Look.Bad)), _picture);
        var rows = _shell.Draw(all, _noColor).TrimEnd('\n').Split('\n');
        return rows.Length <= size.Rows ? rows : rows[..size.Rows];
    }

    private void Write(string text)
    {
        _shell.Out.Write(text);
        _shell.Out.Flush();
    }
}
