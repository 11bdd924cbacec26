using System.Runtime.InteropServices;

namespace PipelineMetrics.Cli.Exec;

/// <summary>What the system is asked for directly: .NET's own way to start a process knows less about how it ended and what it used.</summary>
internal static partial class Posix
{
    public const int SigHup = 1;
    public const int SigInt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigPipe = 13;
    public const int SigTerm = 15;
    public const int SigWinch = 28;

    /// <summary>There is no such program.</summary>
    public const int NoEntry = 2;

    public const int Interrupted = 4;
    public const int BrokenPipe = 32;

    /// <summary>Enough for each of the opaque structures, which have 336 bytes at most where .NET runs.</summary>
    public const int StructBytes = 512;

    public static readonly int SigUsr1 = OperatingSystem.IsMacOS() ? 30 : 10;
    public static readonly int SigUsr2 = OperatingSystem.IsMacOS() ? 31 : 12;
    public static readonly int SigChild = OperatingSystem.IsMacOS() ? 20 : 17;

    /// <summary>Try again when there is room.</summary>
    public static readonly int Again = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Whether a signal was ignored when this process was started and therefore is in what it starts, as with nohup.</summary>
    public static bool IsIgnored(int signal)
    {
        const nint Ignore = 1;
        Span<byte> action = stackalloc byte[StructBytes];
        return SigAction(signal, 0, ref action[0]) == 0 && MemoryMarshal.Read<nint>(action) == Ignore;
    }

    /// <summary>Lets a signal that was ignored do what it does by default; before the runtime looks at it.</summary>
    public static void SetDefault(int signal) => SetHandler(signal, 0);

    /// <summary>Whether keys such as Ctrl-C reach this process and what it starts: it is in front on its terminal.</summary>
    public static bool IsInForeground()
    {
        var terminal = Open("/dev/tty", 0);
        if (terminal < 0) return false;
        var group = GroupInFront(terminal);
        _ = Close(terminal);
        return group == OwnGroup();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle file, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int file, in byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref long wanted, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int file, long offset, int from);

    [LibraryImport("libc", EntryPoint = "isatty", SetLastError = true)]
    public static partial int IsTerminal(int file);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitFor(int kind, int process, ref byte info, int options);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int Reap(int process, out int status, int options, ref byte usage);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    public static partial int UsageOf(int whom, ref byte usage);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(out int process, string program, ref byte actions, ref byte attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitActions(ref byte actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(ref byte actions, int file, int asFile);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(ref byte actions, int asFile, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int FreeActions(ref byte actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(ref byte attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(ref byte attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(ref byte attributes, ref byte signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int FreeAttributes(ref byte attributes);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int ClearSignals(ref byte signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static partial int AddSignal(ref byte signals, int signal);

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, nint action, ref byte old);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int GroupInFront(int terminal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();
}
