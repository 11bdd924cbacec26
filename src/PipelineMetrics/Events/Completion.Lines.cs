using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineMetrics.Events;

public sealed partial class Completion
{
    internal static readonly JsonWriterOptions OneLine = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Reads a completion from a line of the log.</summary>
    public static bool TryReadLine(ReadOnlySpan<byte> json, out Completion completion, out Rejection? rejection)
    {
        completion = null!;
        return CompletionDraft.TryRead(json, ReadingRules.Stored, out var draft, out rejection)
            && TryJudge(draft, ReadingRules.Stored, [], out completion, out rejection);
    }

    /// <summary>Writes the completion as one JSON object on one line, absent fields left out, without <c>seq</c> and <c>crc</c>.</summary>
    public void WriteTo(IBufferWriter<byte> buffer)
    {
        using var writer = new Utf8JsonWriter(buffer, OneLine);
        writer.WriteStartObject();
        foreach (var field in CompletionFields.Reader.Fields) field.Write(writer, _fields);
        writer.WriteEndObject();
    }

    /// <summary>The same completion under an id.</summary>
    public Completion WithId(string id) => With(fields => fields.Id = id);

    /// <summary>The same completion with the cost that its tokens come to; <see cref="CostSource.Estimated"/> says so.</summary>
    public Completion WithComputedCost(long costUsdMicros) => With(fields =>
    {
        fields.ActualCostUsdMicros = costUsdMicros;
        fields.CostSource = Events.CostSource.Estimated;
    });

    /// <summary>The fields as a draft that may be changed; this completion stays as it is.</summary>
    public CompletionDraft ToDraft() => _fields.Clone();

    private Completion With(Action<CompletionDraft> change)
    {
        var fields = _fields.Clone();
        change(fields);
        return new Completion(fields);
    }
}
