using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>A reader together with the bytes it reads, so that a value can be kept as it was written.</summary>
internal ref struct FactCursor(ReadOnlySpan<byte> json, int maxDepth)
{
    public readonly ReadOnlySpan<byte> Json = json;

    public readonly int MaxDepth = maxDepth;

    public Utf8JsonReader Reader = new(json, new JsonReaderOptions { MaxDepth = maxDepth });
}
