using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PipelineMetrics.Importing;

/// <summary>
/// Ids for lines that have none, made of what they say: the same file again, or grown, gives the lines it had before the same ids. Equal
/// lines of one file are told apart by which of them it is. About 20 bytes for each line that differs from those before.
/// </summary>
internal sealed class LineIds
{
    private readonly HashSet<ulong> _once = [];
    private readonly Dictionary<ulong, int> _again = [];

    /// <summary>The id of the next such line.</summary>
    /// <param name="json">The line without white space around it.</param>
    public string Next(ReadOnlySpan<byte> json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, hash);
        var line = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        var which = _once.Add(line) ? 1 : _again[line] = _again.GetValueOrDefault(line, 1) + 1;
        return $"import:{Convert.ToHexStringLower(hash[..16])}:{which}";
    }
}
