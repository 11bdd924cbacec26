using System.Buffers;
using PipelineMetrics.Log;

namespace PipelineMetrics.Alerting;

/// <summary>
/// The file <c>webhooks.jsonl</c>: lines are added at its end, and now and then it is written anew without what is settled. After
/// anything that went wrong with it, it is written anew from memory instead of being trusted. For one thread at a time.
/// </summary>
internal sealed class OutboxFile(IDisk disk, string directory) : IDisposable
{
    /// <summary>From this size on the file is written anew.</summary>
    public const int DefaultRewriteBytes = 4 << 20;

    private readonly string _path = Path.Combine(directory, LogNames.Webhooks);
    private ILogFile? _file;
    private long _length;
    private long _rewriteAt;

    /// <summary>The least size at which it is written anew.</summary>
    public int RewriteBytes { get; init; } = DefaultRewriteBytes;

    /// <summary>Whether the next write must be of everything.</summary>
    public bool NeedsRewrite => _file is null || _length >= _rewriteAt;

    /// <summary>Every whole line; none when there is no file.</summary>
    /// <param name="damaged">How many lines, or torn ends of one, make no sense.</param>
    /// <exception cref="DiskException">The disk would not read.</exception>
    public IReadOnlyList<OutboxLine> Read(out int damaged)
    {
        damaged = 0;
        if (disk.Stat(_path) is null) return [];
        ReadOnlyMemory<byte> content = WholeFile.Read(disk, _path);
        var lines = new List<OutboxLine>();
        while (content.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            // Of what was not synced any part may survive: behind a line that did not, nobody says any more how far the log was looked at.
            if (OutboxLineFormat.Read(content[..end]) is { } line) lines.Add(damaged == 0 ? line : line with { Seq = null });
            else damaged++;
            content = content[(end + 1)..];
        }
        if (content.Length > 0) damaged++;
        return lines;
    }

    /// <summary>Adds lines at the end.</summary>
    /// <param name="lines">What happened.</param>
    /// <param name="isDurable">Whether they must survive the loss of power, and not only that of the process.</param>
    /// <exception cref="DiskException">They are not there, or it is not known; everything has to be written anew.</exception>
    public void Append(IEnumerable<OutboxLine> lines, bool isDurable)
    {
        var file = _file!;
        try
        {
            var content = Format(lines);
            if (disk.Stat(_path) is not { } named || !named.IsSameFile(file.Stat()) || named.Length != _length)
                throw new DiskException(DiskFault.Changed, "append to", _path, "somebody else changed it");
            file.WriteAt(content, _length);
            if (isDurable) file.Sync();
            _length += content.Length;
        }
        catch (DiskException)
        {
            Close();
            throw;
        }
    }

    /// <summary>Puts a file with these lines in place of the old one, durably.</summary>
    /// <exception cref="DiskException">One of the two is there, whole.</exception>
    public void Rewrite(IEnumerable<OutboxLine> lines)
    {
        Close();
        var content = Format(lines);
        WholeFile.Replace(disk, directory, LogNames.Webhooks, content);
        _file = disk.Open(_path, FileUse.Write);
        _length = content.Length;
        _rewriteAt = Math.Max(RewriteBytes, 2 * _length);
    }

    public void Dispose() => Close();

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private static ReadOnlySpan<byte> Format(IEnumerable<OutboxLine> lines)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        foreach (var line in lines) OutboxLineFormat.Write(buffer, line);
        return buffer.WrittenSpan;
    }
}
