namespace PipelineMetrics.Log;

/// <summary>Files that are read, copied and replaced as a whole.</summary>
internal static class WholeFile
{
    private const int ChunkBytes = 256 << 10;

    public static byte[] Read(IDisk disk, string path)
    {
        using var file = disk.Open(path, FileUse.Read);
        var content = new byte[file.Stat().Length];
        var length = ReadFully(file, content, 0);
        return length == content.Length ? content : content[..length];
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <returns>Bytes read.</returns>
    public static int ReadFully(ILogFile file, Span<byte> buffer, long offset) => ReadFully(file.ReadAt, buffer, offset);

    /// <inheritdoc cref="ReadFully(ILogFile, Span{byte}, long)"/>
    public static int ReadFully(ReadBytes read, Span<byte> buffer, long offset)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var got = read(buffer[total..], offset + total);
            if (got == 0)
                break;
            total += got;
        }

        return total;
    }

    /// <summary>Puts a file in place of whatever has the name; on return it is durable.</summary>
    public static void Replace(IDisk disk, string directory, string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(directory, name);
        var temporary = path + LogNames.TemporarySuffix;
        using (var file = disk.Open(temporary, FileUse.Replace))
        {
            file.WriteAt(content, 0);
            file.Sync();
        }

        // If we crash here the old file counts; the temporary one is replaced by the next attempt.
        disk.Rename(temporary, path);

        // If we crash here either file may be found, both are whole.
        disk.SyncDirectory(directory);
    }

    /// <summary>Copies a range of an open file into a new file and syncs the content, not the name.</summary>
    public static void CopyRange(IDisk disk, ILogFile source, long offset, long bytes, string target)
    {
        using var file = disk.Open(target, FileUse.Replace);
        var buffer = new byte[Math.Min(ChunkBytes, Math.Max(bytes, 1))];
        long copied = 0;
        while (copied < bytes)
        {
            var got = source.ReadAt(buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes - copied)), offset + copied);
            if (got == 0)
                break;
            file.WriteAt(buffer.AsSpan(0, got), copied);
            copied += got;
        }

        file.Sync();
    }
}
