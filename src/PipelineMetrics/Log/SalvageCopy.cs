namespace PipelineMetrics.Log;

/// <summary>Copies a file block by block; a block the disk will not give becomes zeros, so that every other byte keeps its place.</summary>
internal static class SalvageCopy
{
    private const int BlockBytes = 4 << 10;

    /// <returns>Whether every block could be read.</returns>
    public static bool Copy(IDisk disk, ILogFile source, long length, string target)
    {
        using var file = disk.Open(target, FileUse.Replace);
        var block = new byte[BlockBytes];
        var isWhole = true;
        for (long offset = 0; offset < length; offset += BlockBytes)
        {
            var bytes = block.AsSpan(0, (int)Math.Min(BlockBytes, length - offset));
            isWhole &= TryRead(source, bytes, offset);
            file.WriteAt(bytes, offset);
        }

        file.Sync();
        return isWhole;
    }

    /// <summary>Reads a block, or clears it.</summary>
    private static bool TryRead(ILogFile source, Span<byte> bytes, long offset)
    {
        try
        {
            bytes[WholeFile.ReadFully(source, bytes, offset)..].Clear();
            return true;
        }
        catch (DiskException)
        {
            bytes.Clear();
            return false;
        }
    }
}
