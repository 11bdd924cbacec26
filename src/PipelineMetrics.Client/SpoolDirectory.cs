using Microsoft.Extensions.Logging;

namespace PipelineMetrics.Client;

/// <summary>The directory that processes share: each has a file of its own in it, and takes over those of processes that are gone.</summary>
internal sealed class SpoolDirectory(PipelineMetricsClientOptions options, RecordIds ids, TimeProvider clock, ILogger logger)
{
    private readonly string _path = Path.GetFullPath(options.SpoolDirectory!);
    private readonly int _fileBytes = options.SpoolFileBytes;
    private readonly long _directoryBytes = options.SpoolDirectoryBytes;
    private bool _isRefused;

    /// <summary>Makes the file of this process.</summary>
    /// <returns>Null when there is no room or no right to; the log says which, once.</returns>
    public SpoolFile? TryCreate()
    {
        try
        {
            Directory.CreateDirectory(_path);
            var used = Files(SpoolFile.Suffix).Sum(file => file.Length);
            if (used + _fileBytes > _directoryBytes)
                throw new IOException($"{used} bytes of it are used and {_fileBytes} more are needed; SpoolDirectoryBytes is {_directoryBytes}");
            var made = SpoolFile.Create(_path, $"{ids.Next(clock.GetUtcNow()):N}", _fileBytes);
            _isRefused = false;
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isRefused) logger.LogError("The spool {Directory} takes nothing, what is tracked is dropped: {Reason}", _path, e.Message);
            _isRefused = true;
            return null;
        }
    }

    /// <summary>Takes over what other processes left behind, the oldest first.</summary>
    public List<Leftover> TakeLeftovers()
    {
        var taken = new List<Leftover>();
        try
        {
            foreach (var half in Files(SpoolFile.NewSuffix)) RemoveHalfMade(half.FullName);
            foreach (var file in Files(SpoolFile.Suffix).OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                if (SpoolFile.TryTake(file.FullName) is not { } left) continue;
                var leftover = new Leftover(left);
                if (leftover.Pending > 0) taken.Add(leftover);
                else left.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("The spool {Directory} cannot be searched: {Reason}", _path, e.Message);
        }
        return taken;
    }

    private List<FileInfo> Files(string suffix)
    {
        var directory = new DirectoryInfo(_path);
        return directory.Exists ? [.. directory.EnumerateFiles("*" + suffix).Where(file => file.Exists)] : [];
    }

    /// <summary>If its maker is alive, it has it locked, or finds its name gone and tries again later.</summary>
    private static void RemoveHalfMade(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is being made.
        }
    }
}
