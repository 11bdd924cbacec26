using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace PipelineMetrics.Client;

/// <summary>
/// A file of the spool as memory: what is written to it is the system's the moment it is written, and survives this process. Its lock
/// goes with the process that has it open.
/// </summary>
internal sealed unsafe class SpoolFile : IDisposable
{
    /// <summary>Of the files that hold records.</summary>
    public const string Suffix = ".spool";

    /// <summary>Of a file that is not ready; it never holds a record.</summary>
    public const string NewSuffix = ".new";

    private const int HeadBytes = 64;
    private const int ZeroBytes = 64 << 10;
    private static ReadOnlySpan<byte> Head => "PipelineMetrics spool, version 1: do not edit or cut\n"u8;
    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int _length;

    private SpoolFile(string path, SafeFileHandle file, int length)
    {
        (Path, _file, _length) = (path, file, length - HeadBytes);
        _map = MemoryMappedFile.CreateFromFile(file, null, length, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, length);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; private set; }

    /// <summary>The part that holds frames. Must not be touched after the file is disposed.</summary>
    public Span<byte> Records => new(_start + _view.PointerOffset + HeadBytes, _length);

    /// <summary>Makes and locks a file whose every byte has its place on the disk, so that writing to it cannot fail for want of room.</summary>
    /// <exception cref="IOException">The disk is full, or the directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static SpoolFile Create(string directory, string name, int bytes)
    {
        var made = System.IO.Path.Combine(directory, name + NewSuffix);
        var file = File.OpenHandle(made, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var zeros = new byte[ZeroBytes];
            for (var at = 0; at < bytes; at += ZeroBytes) RandomAccess.Write(file, zeros.AsSpan(0, Math.Min(ZeroBytes, bytes - at)), at);
            RandomAccess.Write(file, Head, 0);
            // Only now can others find it, and it is locked: one that is found unlocked was left behind by a process that is gone.
            var path = System.IO.Path.Combine(directory, name + Suffix);
            File.Move(made, path);
            return new SpoolFile(path, file, bytes);
        }
        catch
        {
            File.Delete(made);
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes over a file that nobody has open.</summary>
    /// <returns>Null when somebody has it, when it is gone, or when it holds nothing; then it is removed.</returns>
    public static SpoolFile? TryTake(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            var length = RandomAccess.GetLength(file);
            if (length > HeadBytes) return new SpoolFile(path, file, (int)Math.Min(length, PipelineMetricsClientOptions.MaxSpoolFileBytes));
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else has it, or had it first, or may: it is looked for again later.
        }
        file?.Dispose();
        return null;
    }

    /// <summary>Removes the file; for one that holds nothing any more.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is in it is settled: whoever finds it removes it.
        }
        Dispose();
    }

    /// <summary>Gives up the end of the file behind the last frame that is needed, then the file.</summary>
    public void DisposeCut(int recordBytes)
    {
        Unmap();
        try
        {
            RandomAccess.SetLength(_file, HeadBytes + recordBytes);
        }
        catch (IOException)
        {
            // It only takes more room than it needs.
        }
        _file.Dispose();
    }

    public void Dispose()
    {
        Unmap();
        _file.Dispose();
    }

    private void Unmap()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
