using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.History;

/// <summary>The lines of one stream as rows of a table.</summary>
public sealed class HistoryTable
{
    private readonly LogStream _stream;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _canonical = new();

    private HistoryTable(LogStream stream, IReadOnlyList<string> columns, IEnumerable<string> fields)
    {
        (_stream, Columns) = (stream, columns);
        foreach (var field in fields) _columns.Add(field, _columns.Count);
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Every field of a completion, in the order in which a line has them.</summary>
    public static HistoryTable OfCompletions()
    {
        var fields = CompletionFields.Reader.Fields.Where(f => f is not (AliasField<CompletionDraft> or IgnoredField<CompletionDraft>)).Select(f => f.Name).ToList();
        return new HistoryTable(LogStream.Completions, fields, fields);
    }

    /// <summary>The columns in which ADR-009 exports events.</summary>
    public static HistoryTable OfEvents() => new(
        LogStream.Events,
        ["id", "timestamp", "eventType", "entityType", "entityId", "chainId", "requestId", "model", "tokensInput", "tokensOutput"],
        ["id", "timestamp", "event_type", "entity_type", "entity_id", "chain_id", "request_id", "agent.model", "agent.tokens.input", "agent.tokens.output"]);

    /// <summary>The row of a line: a text for each column, numbers, lists and objects as JSON; null where the line says nothing.</summary>
    /// <returns>False when the line belongs into another table, or is the line of another program and no fact.</returns>
    public bool TryRead(in StoredLine line, out string?[] row)
    {
        row = new string?[Columns.Count];
        if (line.Stream != _stream) return false;
        if (line.IsVerified) Read(line.Json, row);
        else if (TryMakeCanonical(line.Json)) Read(_canonical.WrittenSpan, row);
        else return false;
        return true;
    }

    private bool TryMakeCanonical(ReadOnlySpan<byte> json)
    {
        _canonical.ResetWrittenCount();
        if (_stream == LogStream.Events)
        {
            if (!PipelineEvent.TryReadLine(json, out var happened, out _)) return false;
            happened.WriteTo(_canonical);
        }
        else
        {
            if (!Completion.TryReadLine(json, out var completion, out _)) return false;
            completion.WriteTo(_canonical);
        }
        return true;
    }

    private void Read(ReadOnlySpan<byte> json, string?[] row)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ReadingRules.StoredMaxDepth });
        reader.Read();
        ReadMembers(ref reader, json, "", row);
    }

    private void ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path, string?[] row)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = path + reader.GetString();
            reader.Read();
            if (_columns.TryGetValue(name, out var column)) row[column] = TextOf(ref reader, json);
            else if (reader.TokenType == JsonTokenType.StartObject && HasColumnsIn(name)) ReadMembers(ref reader, json, name + ".", row);
            else reader.Skip();
        }
    }

    private bool HasColumnsIn(string name) => _columns.Keys.Any(column => column.StartsWith(name + ".", StringComparison.Ordinal));

    private static string TextOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString()!;
        var from = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json[from..(int)reader.BytesConsumed]);
    }
}
