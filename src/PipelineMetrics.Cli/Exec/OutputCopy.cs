using System.IO.Pipes;
using System.Runtime.InteropServices;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Cli.Exec;

/// <summary>Carries what a command prints to our standard output, byte for byte, and lets a harness read along.</summary>
internal sealed class OutputCopy
{
    private const int BufferBytes = 64 << 10;
    private const int StandardOutput = 1;
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(2);
    private readonly AnonymousPipeServerStream _from;
    private readonly Lock _gate = new();
    private HarnessOutput? _reader;
    private long _bytes;

    private OutputCopy(AnonymousPipeServerStream from, HarnessOutput reader) => (_from, _reader) = (from, reader);

    /// <summary>Why not all of it could be written; null when it could, or when who read it left.</summary>
    public string? Error { get; private set; }

    private Task Done { get; set; } = null!;

    public static OutputCopy Start(AnonymousPipeServerStream from, HarnessOutput reader)
    {
        var copy = new OutputCopy(from, reader);
        copy.Done = Task.Factory.StartNew(copy.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return copy;
    }

    /// <summary>
    /// Waits for the end of the output, once the command has ended. Something it left running may still hold it: then only until that
    /// has been silent for a while. What comes later is still copied while this process lives, but not read.
    /// </summary>
    /// <returns>Whether the end was reached.</returns>
    public async Task<bool> FinishAsync(TimeProvider clock)
    {
        for (var before = -1L; !Done.IsCompleted && before != Interlocked.Read(ref _bytes);)
        {
            before = Interlocked.Read(ref _bytes);
            await Done.WaitAsync(MostSilence, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        lock (_gate) _reader = null;
        return Done.IsCompleted;
    }

    private void Run()
    {
        using (_from)
        {
            var buffer = new byte[BufferBytes];
            while (true)
            {
                var read = (int)Posix.Read(_from.SafePipeHandle, ref buffer[0], buffer.Length);
                if (read < 0 && Marshal.GetLastPInvokeError() == Posix.Interrupted) continue;
                if (read <= 0) return;
                Interlocked.Add(ref _bytes, read);
                // Leaving closes our end: the command is told as it would be without us that nobody reads any more.
                if (!TryWrite(buffer.AsSpan(0, read))) return;
                Show(buffer.AsSpan(0, read));
            }
        }
    }

    private void Show(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            try
            {
                _reader?.Append(bytes);
            }
            catch (Exception)
            {
                // The output must go on, whatever is wrong with reading it; less is then known of the run.
                _reader = null;
            }
        }
    }

    private bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        var error = RawOutput.TryWrite(StandardOutput, bytes);
        if (error is not 0 and not Posix.BrokenPipe) Error = Marshal.GetPInvokeErrorMessage(error);
        return error == 0;
    }
}
