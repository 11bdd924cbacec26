using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Screen;

/// <summary>
/// Rows under titles, each on one line however narrow the screen is: long text is cut first, then columns that can be missed are left
/// out, the last one first. Such a column is also left out when nothing is in it.
/// </summary>
internal sealed class TextTable : Renderable
{
    private const int LeastText = 12;
    private static readonly string Gap = new(' ', 2);
    private readonly List<Column> _columns = [];
    private readonly List<Cell[]> _rows = [];

    /// <summary>Adds a column of text, which is cut when there is no room.</summary>
    public TextTable Text(string title, bool canBeMissed = false) => Add(new Column(title, IsText: true, canBeMissed));

    /// <summary>Adds a column of charts, which lose their beginning when there is no room.</summary>
    public TextTable Chart(string title) => Add(new Column(title, IsText: true, CanBeMissed: true) { KeepsEnd = true });

    /// <summary>Adds a column of figures, which are never cut.</summary>
    public TextTable Figure(string title, bool canBeMissed = false) => Add(new Column(title, IsText: false, canBeMissed));

    /// <summary>Adds a column when it is wanted.</summary>
    public TextTable FigureIf(bool wanted, string title) => wanted ? Figure(title, canBeMissed: true) : this;

    /// <summary>Adds a column when it is wanted.</summary>
    public TextTable TextIf(bool wanted, string title) => wanted ? Text(title, canBeMissed: true) : this;

    /// <summary>Adds a row with a cell for each column.</summary>
    public TextTable Row(params Cell[] cells)
    {
        if (cells.Length != _columns.Count) throw new ArgumentException($"{cells.Length} cells for {_columns.Count} columns", nameof(cells));
        _rows.Add(cells);
        return this;
    }

    /// <summary>Says below the rows how many there are besides.</summary>
    public TextTable More(long count) => Row([new Cell($"{Figures.Count(count)} more", Look.Quiet), .. _columns.Skip(1).Select(_ => new Cell(""))]);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var shown = Fit(maxWidth);
        var titles = _columns.Select((column, at) => new Cell(column.Title, at == 0 ? Look.Strong : Look.Quiet)).ToArray();
        var rows = _columns.Exists(column => column.Title.Length > 0) ? _rows.Prepend(titles) : _rows;
        return rows.SelectMany(row => RowOf(row, shown, maxWidth));
    }

    private TextTable Add(Column column)
    {
        _columns.Add(column);
        return this;
    }

    /// <summary>Which columns are shown, and how wide.</summary>
    private List<(int At, int Width)> Fit(int room)
    {
        var shown = Enumerable.Range(0, _columns.Count).Where(at => !_columns[at].CanBeMissed || _rows.Exists(row => row[at].Width > 0)).ToList();
        while (true)
        {
            var widths = shown.ConvertAll(at => (At: at, Width: Widest(at)));
            var excess = widths.Sum(column => column.Width + Gap.Length) - Gap.Length - room;
            for (var widest = Longest(widths); excess > 0 && widest >= 0; widest = Longest(widths))
            {
                widths[widest] = widths[widest] with { Width = widths[widest].Width - 1 };
                excess--;
            }
            if (excess <= 0 || !shown.Exists(at => _columns[at].CanBeMissed)) return widths;
            shown.RemoveAt(shown.FindLastIndex(at => _columns[at].CanBeMissed));
        }
    }

    /// <summary>The widest of the texts that can still be cut; -1 for none.</summary>
    private int Longest(List<(int At, int Width)> widths)
    {
        var longest = -1;
        for (var i = 0; i < widths.Count; i++)
        {
            if (_columns[widths[i].At].IsText && widths[i].Width > LeastText && (longest < 0 || widths[i].Width > widths[longest].Width)) longest = i;
        }
        return longest;
    }

    private int Widest(int at) => _rows.Select(row => row[at].Width).Append(SafeText.Width(_columns[at].Title)).Max();

    private IEnumerable<Segment> RowOf(Cell[] row, List<(int At, int Width)> shown, int room)
    {
        var cells = new List<Cell>();
        foreach (var (at, width) in shown)
        {
            var text = _columns[at].KeepsEnd && row[at].Text.Length > width ? row[at].Text[^width..] : SafeText.Fit(row[at].Text, width);
            var blank = new string(' ', width - SafeText.Width(text));
            if (cells.Count > 0) cells.Add(Gap);
            cells.Add(new Cell(_columns[at].IsText ? text : blank + text, row[at].Style));
            if (_columns[at].IsText && at != shown[^1].At) cells.Add(blank);
        }
        while (cells.Count > 0 && string.IsNullOrWhiteSpace(cells[^1].Text)) cells.RemoveAt(cells.Count - 1);
        return ((IRenderable)new Line([.. cells])).Render(null!, room);
    }

    private sealed record Column(string Title, bool IsText, bool CanBeMissed)
    {
        public bool KeepsEnd { get; init; }
    }
}
