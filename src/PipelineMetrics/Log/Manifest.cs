using System.Text.Json;
using System.Text.Json.Serialization;

namespace PipelineMetrics.Log;

/// <summary>One sealed segment as it was when it was sealed.</summary>
internal sealed record SealedSegment
{
    public required string Stream { get; init; }

    public required int Ordinal { get; init; }

    public required string File { get; init; }

    public required long FirstSeq { get; init; }

    public required long LastSeq { get; init; }

    public required long Lines { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }
}

/// <summary>The content of <c>journal.json</c>. Members of later minor versions are carried along.</summary>
internal sealed record ManifestDocument
{
    public const int CurrentFormat = 1;

    public int Format { get; set; } = CurrentFormat;

    public IReadOnlyList<SealedSegment> Segments { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ManifestDocument))]
internal sealed partial class ManifestJson : JsonSerializerContext;

/// <summary>Reads and replaces <c>journal.json</c>.</summary>
internal static class Manifest
{
    /// <summary>Reads the manifest.</summary>
    /// <returns>The document; null with a null problem when there is none, null with a problem when it makes no sense.</returns>
    /// <exception cref="LogFormatException">A newer version wrote it.</exception>
    public static ManifestDocument? Load(IDisk disk, string directory, out string? problem)
    {
        problem = null;
        var path = Path.Combine(directory, LogNames.Manifest);
        if (disk.Stat(path) is null)
            return null;
        try
        {
            var document = JsonSerializer.Deserialize(WholeFile.Read(disk, path), ManifestJson.Default.ManifestDocument);
            return Check(document, path);
        }
        catch (JsonException broken)
        {
            problem = broken.Message;
            return null;
        }
    }

    /// <summary>Replaces the manifest. On return the new one is durable; a crash on the way leaves the old one whole.</summary>
    public static void Save(IDisk disk, string directory, ManifestDocument document) =>
        WholeFile.Replace(
            disk, directory, LogNames.Manifest, JsonSerializer.SerializeToUtf8Bytes(document, ManifestJson.Default.ManifestDocument));

    private static ManifestDocument Check(ManifestDocument? document, string path)
    {
        if (document is null || document.Format < 1 || document.Segments is null)
            throw new JsonException("no format number");
        if (document.Format > ManifestDocument.CurrentFormat)
        {
            throw new LogFormatException(
                $"{path} has format {document.Format}; this version knows formats up to {ManifestDocument.CurrentFormat}. " +
                "Use the version that wrote it, or a newer one. Nothing was changed.");
        }

        return document;
    }
}
