using System.Runtime.InteropServices;

namespace PipelineMetrics.Cli.Exec;

/// <summary>
/// A file that we were given, written to as it is: other streams write at a place of their own in a file that others write, too, hide that
/// nobody reads, or change how a terminal works before anybody has said anything.
/// </summary>
/// <param name="file">1 for standard output, 2 for standard error.</param>
internal sealed class RawOutput(int file) : Stream
{
    private const short Writable = 4;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes all of it, however long that takes.</summary>
    /// <returns>0, or the error number of what is in the way.</returns>
    public static int TryWrite(int file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = (int)Posix.Write(file, in bytes[0], bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[written..];
                continue;
            }
            var error = Marshal.GetLastPInvokeError();
            if (error == Posix.Again) WaitForRoom(file);
            else if (error != Posix.Interrupted) return error;
        }
        return 0;
    }

    /// <exception cref="IOException">It could not be written; the result is the error number.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (TryWrite(file, buffer) is not 0 and var error) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // struct pollfd: the file in the low half, then what is wanted.
    private static void WaitForRoom(int file)
    {
        var wanted = (uint)file | ((long)Writable << 32);
        _ = Posix.Poll(ref wanted, 1, -1);
    }
}
