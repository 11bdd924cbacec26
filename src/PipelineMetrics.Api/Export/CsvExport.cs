using System.Buffers;
using System.Text;
using PipelineMetrics.History;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Export;

/// <summary>A table as RFC 4180 has it, in UTF-8, with a line of names. A table has the lines of one kind.</summary>
internal sealed class CsvExport(LogStream? kind) : ExportWriter(kind ?? LogStream.Completions)
{
    private readonly HistoryTable _table = kind == LogStream.Events ? HistoryTable.OfEvents() : HistoryTable.OfCompletions();
    private readonly StringBuilder _row = new();

    public override void Begin(IBufferWriter<byte> body) => WriteRow(body, _table.Columns);

    protected override void WriteLine(IBufferWriter<byte> body, in StoredLine line)
    {
        if (_table.TryRead(line, out var row)) WriteRow(body, row);
    }

    private void WriteRow(IBufferWriter<byte> body, IReadOnlyList<string?> cells)
    {
        _row.Clear();
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0) _row.Append(',');
            CsvCell.Append(_row, cells[i]);
        }
        _row.Append("\r\n");
        Encoding.UTF8.GetBytes(_row.ToString(), body);
    }
}
