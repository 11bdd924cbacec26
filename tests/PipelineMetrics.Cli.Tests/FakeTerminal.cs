using System.Text;
using System.Text.RegularExpressions;

namespace PipelineMetrics.Cli.Tests;

/// <summary>
/// A terminal that does what a page asks of it, and nothing else: it remembers what is shown in each row, and fails on any escape
/// sequence that is not known here, so that none of somebody else's gets through.
/// </summary>
internal sealed partial class FakeTerminal : TextWriter
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, string> _rows = [];
    private readonly List<(Func<FakeTerminal, bool> Holds, TaskCompletionSource Happened)> _waiting = [];
    private readonly TaskCompletionSource<char> _key = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _resized;
    private int _row = 1;

    public override Encoding Encoding => Encoding.UTF8;

    public ScreenSize Size { get; private set; } = new(80, 24);

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public bool ShowsThePage { get; private set; }

    public bool ShowsTheCursor { get; private set; } = true;

    /// <summary>How many rows were written, over all.</summary>
    public int RowsWritten { get; private set; }

    /// <summary>The rows as they are on the screen.</summary>
    public string Text => string.Join('\n', _rows.Where(row => row.Value.Length > 0).Select(row => row.Value));

    public Shell Shell(params (string Name, string Value)[] variables) => new()
    {
        Out = this,
        Error = new StringWriter(),
        Variable = name => variables.FirstOrDefault(variable => variable.Name == name).Value,
        OutIsTerminal = true,
        ErrorIsTerminal = true,
        Size = () => Size,
        Clock = Clock,
        WhenResized = resized =>
        {
            _resized = resized;
            return new StringReader("");
        },
        ReadKey = () => _key.Task.GetAwaiter().GetResult(),
    };

    public void Press(char key) => _key.SetResult(key);

    public void Resize(int columns, int rows)
    {
        Size = new ScreenSize(columns, rows);
        _resized!();
    }

    /// <summary>Waits until something is so.</summary>
    public Task WhenAsync(Func<FakeTerminal, bool> holds)
    {
        lock (_lock)
        {
            if (holds(this)) return Task.CompletedTask;
            var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((holds, happened));
            return happened.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_lock)
        {
            foreach (Match part in Parts().Matches(value!)) Take(part);
            foreach (var (_, happened) in _waiting.Where(wait => wait.Holds(this))) happened.TrySetResult();
        }
    }

    private void Take(Match part)
    {
        if (!part.Value.StartsWith('\e')) _rows[_row] = _rows.GetValueOrDefault(_row, "") + part.Value;
        else if (part.Groups["row"].Length > 0) _row = int.Parse(part.Groups["row"].Value);
        else if (part.Groups["colour"].Length == 0) Obey(part.Value);
    }

    private void Obey(string sequence)
    {
        switch (sequence)
        {
            case "\e[?1049h": ShowsThePage = true; break;
            case "\e[?1049l": ShowsThePage = false; break;
            case "\e[?25l": ShowsTheCursor = false; break;
            case "\e[?25h": ShowsTheCursor = true; break;
            case "\e[2J": _rows.Clear(); break;
            case "\e[H": _row = 1; break;
            case "\e[2K":
                _rows[_row] = "";
                RowsWritten++;
                break;
            default: throw new InvalidOperationException($"the terminal was told {sequence.Replace('\e', '␛')}");
        }
    }

    [GeneratedRegex(@"\e\[(?<row>\d+);1H|\e\[(?<colour>[0-9;]*m)|\e\[\??\d*[A-Za-z]|\e.{0,8}|[^\e]+")]
    private static partial Regex Parts();
}
