using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Importing;

/// <summary>Something that the history of files tells about a pipeline whose tasks are files.</summary>
/// <param name="EventType">What happened, as ADR-009 calls it.</param>
/// <param name="EntityType">To what: task, chain or request.</param>
/// <param name="EntityId">To which.</param>
/// <param name="ChainId">The chain of a task; null for anything else.</param>
/// <param name="At">When the author wrote it.</param>
/// <param name="Commit">The commit that tells it.</param>
/// <param name="Path">The file that tells it.</param>
public sealed record GitFact(
    string EventType, string EntityType, string EntityId, string? ChainId, DateTimeOffset At, string Commit, string Path)
{
    private const string Prefix = "git:";

    /// <summary>
    /// Made of what happened, to what and when, not of the commit: a history that was rewritten tells the same facts under the same ids.
    /// </summary>
    public string Id
    {
        get
        {
            var key = $"{EventType}\n{ChainId}\n{EntityId}\n{Instant.ToText(At)}";
            return Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
        }
    }

    /// <summary>Whether an id may be that of such a fact.</summary>
    internal static bool IsIdOfOne(string id) => id.Length == Prefix.Length + 32 && id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Writes it as a line of ADR-009, without line end.</summary>
    public void WriteTo(IBufferWriter<byte> buffer)
    {
        using var writer = new Utf8JsonWriter(buffer, Completion.OneLine);
        writer.WriteStartObject();
        writer.WriteString("eventType", EventType);
        writer.WriteString("entityType", EntityType);
        writer.WriteString("entityId", EntityId);
        if (ChainId is not null) writer.WriteString("chainId", ChainId);
        writer.WriteString("id", Id);
        writer.WriteString("timestamp", Instant.ToText(At));
        writer.WriteString("source", Sources.Git);
        writer.WriteStartObject("metadata");
        writer.WriteString("commit", Commit);
        writer.WriteString("path", Path);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
