using PipelineMetrics.Aggregation;
using PipelineMetrics.Events;

namespace PipelineMetrics.Benchmarks;

/// <summary>The records in a table of this process, beside plain arrays of the same for counting by hand.</summary>
internal sealed class Rows
{
    private readonly byte[] _line = new byte[400];
    private readonly CompletionLineReader _reader = new();
    private readonly Dictionary<string, byte> _numbers = [];

    private Rows(int count) => (DurationMs, Type, Model, CreatedMs) = (new int[count], new byte[count], new byte[count], new long[count]);

    public CompletionTable Table { get; } = new();

    public int[] DurationMs { get; }

    public byte[] Type { get; }

    public byte[] Model { get; }

    public long[] CreatedMs { get; }

    public static Rows Of(Bench bench, TimeSpan spread)
    {
        bench.Say($"{bench.Options.Rows:N0} records are applied");
        var rows = new Rows((int)bench.Options.Rows);
        rows.Table.Advance(bench.End - spread);
        var row = 0;
        foreach (var record in bench.Records(spread).Records()) rows.Add(record, row++);
        return rows;
    }

    /// <summary>Applies one more, as of a time.</summary>
    public void Apply(in SampleData.Record record)
    {
        var line = default(CompletionLine);
        var length = SampleData.Write(record, _line, withId: false);
        if (!_reader.TryRead(_line.AsSpan(0, length), ref line) || !CompletionDecoder.TryDecode(line, out var numbers))
            throw new InvalidOperationException("A record is not written as the log writes it.");
        Table.Add(numbers, line, record.Number);
    }

    /// <summary>The number of a name in <see cref="Type"/> and <see cref="Model"/>.</summary>
    public byte Number(string name) => _numbers[name];

    private void Add(in SampleData.Record record, int row)
    {
        Apply(record);
        (DurationMs[row], CreatedMs[row]) = ((int)record.DurationMs, record.CreatedAt.ToUnixTimeMilliseconds());
        (Type[row], Model[row]) = (NumberOf(record.Type), NumberOf(record.Model));
    }

    private byte NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out var number)) _numbers[name] = number = (byte)_numbers.Count;
        return number;
    }
}
