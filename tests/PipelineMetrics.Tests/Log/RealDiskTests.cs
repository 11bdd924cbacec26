using System.IO.Pipes;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class RealDiskTests : IDisposable
{
    private readonly RealDisk _disk = new();
    private readonly string _directory = Path.Combine(Path.GetTempPath(), "log-tests-" + Guid.NewGuid().ToString("N"));
    private readonly List<string> _lines = [];

    [Fact]
    public void A_sync_the_system_refuses_is_reported()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);

        Native.SyncData(pipe.SafePipeHandle).ShouldNotBe(0);
    }

    [Fact]
    public void A_refused_sync_throws_and_says_so()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var device = _disk.Open("/dev/full", FileUse.Write);

        Should.Throw<DiskException>(device.Sync).Fault.ShouldBe(DiskFault.SyncFailed);
        Should.Throw<DiskException>(() => device.WriteAt("x"u8, 0)).Fault.ShouldBe(DiskFault.Full);
    }

    [Fact]
    public void A_directory_that_is_not_there_cannot_be_synced() =>
        Should.Throw<DiskException>(() => _disk.SyncDirectory(_directory)).Fault.ShouldBe(DiskFault.SyncFailed);

    [Fact]
    public void Lines_make_the_round_trip_through_real_files()
    {
        using (var journal = Open())
            journal.Commit([LogBench.Event("1"), LogBench.Completion("2")]).Committed.ShouldBe(2);

        using var again = Open();

        _lines.Count.ShouldBe(2);
        again.TryFindSeq(LogStream.Completions, 2, out var place).ShouldBeTrue();
        again.TryRead(place, out var json).ShouldBeTrue();
        Encoding.UTF8.GetString(json).ShouldBe(_lines[1]);
        JournalVerifier.Verify(_disk, Options()).Ok.ShouldBeTrue();
    }

    [Fact]
    public void Real_files_are_sealed_and_read_on()
    {
        using (var journal = Open())
        {
            for (var i = 0; i < 30; i++)
                journal.Commit([LogBench.Completion(new string('x', 5000))]).Failure.ShouldBeNull();
        }

        using var again = Open();

        _lines.Count.ShouldBe(30);
        again.Status.Completions.Segments.ShouldBeGreaterThan(1);
        JournalVerifier.Verify(_disk, Options()).Ok.ShouldBeTrue();
    }

    [Fact]
    public void A_second_journal_is_refused_until_the_first_is_gone()
    {
        using (Open())
        {
            var refusal = Should.Throw<LogInUseException>(Open).Message;
            refusal.ShouldContain(_directory);
            refusal.ShouldContain($"process {Environment.ProcessId}");
        }

        using var next = Open();
    }

    [Fact]
    public void A_second_journal_is_refused_although_somebody_removed_the_lock_file()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var first = Open();
        File.Delete(Path.Combine(_directory, "journal.lock"));

        Should.Throw<LogInUseException>(Open).Message.ShouldContain(_directory);
    }

    [Fact]
    public void A_lock_file_left_by_a_dead_process_is_no_obstacle()
    {
        Directory.CreateDirectory(_directory);
        File.WriteAllText(Path.Combine(_directory, "journal.lock"), "4242\n");

        using var journal = Open();
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("truncate")]
    [InlineData("replace")]
    [InlineData("move")]
    public void A_real_file_changed_by_others_stops_the_log(string act)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var journal = Open();
        journal.Commit([LogBench.Completion("1")]);
        Do(act, Path.Combine(_directory, "metrics.jsonl"));

        journal.Commit([LogBench.Completion("2")]).Failure!.Fault.ShouldBe(DiskFault.Changed);

        journal.Status.Stopped.ShouldNotBeNull();
    }

    [Fact]
    public void A_line_appended_by_another_process_is_adopted()
    {
        using var journal = Open();
        journal.Commit([LogBench.Completion("1")]);
        File.AppendAllText(Path.Combine(_directory, "metrics.jsonl"), "{\"f\":1}\n");

        journal.AdoptForeignLines(Take);
        journal.Commit([LogBench.Completion("2")]).Failure.ShouldBeNull();

        _lines.ShouldBe(["{\"f\":1}"]);
        File.ReadAllLines(Path.Combine(_directory, "metrics.jsonl")).Length.ShouldBe(3);
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private static void Do(string act, string path)
    {
        switch (act)
        {
            case "delete":
                File.Delete(path);
                break;
            case "truncate":
                File.WriteAllText(path, "");
                break;
            case "replace":
                File.Copy(path, path + ".copy");
                File.Move(path + ".copy", path, overwrite: true);
                break;
            default:
                File.Move(path, path + ".1");
                break;
        }
    }

    private LogOptions Options() => new() { Directory = _directory, SegmentBytes = LogOptions.MinSegmentBytes };

    private Journal Open()
    {
        _lines.Clear();
        var journal = Journal.Open(_disk, Options(), TimeProvider.System, NullLogger.Instance);
        journal.Replay(Take);
        return journal;
    }

    private void Take(in StoredLine line) => _lines.Add(Encoding.UTF8.GetString(line.Json));
}
