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
    public const int CurrentFormat = 2;

    private const int FormatWithoutArchives = 1;

    /// <summary>As low as it can be: a log from which nothing has left is one that an older version understands.</summary>
    public int Format { get; set; } = FormatWithoutArchives;

    public IReadOnlyList<SealedSegment> Segments { get; set; } = [];

    /// <summary>The segments that left, oldest first in each stream.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ArchivedSegment>? Archived { get; set; }

    /// <summary>Sums over what left, by name; their meaning is the caller's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? CarriedOver { get; set; }

    /// <summary>Edits that were taken into the books, oldest first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AcceptedEdit>? Accepted { get; set; }

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

        // What is listed as archived is removed when it is still there, so its name must be that of a sealed file and nothing else.
        if (document.Format <= ManifestDocument.CurrentFormat && document.Archived?.All(entry => entry.IsSound) == false)
            throw new JsonException("an archived segment without the name of one");
        if (document.Format > ManifestDocument.CurrentFormat)
        {
            throw new LogFormatException(
                $"{path} has format {document.Format}; this version knows formats up to {ManifestDocument.CurrentFormat}. " +
                "Use the version that wrote it, or a newer one. Nothing was changed.");
        }

        return document;
    }
}
