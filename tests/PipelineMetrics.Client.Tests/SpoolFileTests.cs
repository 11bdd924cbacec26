using System.Text;
using System.Text.Json;
using PipelineMetrics.EndToEnd;

namespace PipelineMetrics.Client.Tests;

/// <summary>What is found in the file of a process that was killed, or that something happened to.</summary>
public sealed class SpoolFileTests : IDisposable
{
    private const int FileBytes = 8 << 10;
    private const int HeadBytes = 64;
    private const int FrameHeadBytes = 24;
    private readonly SpoolFolder _folder = new();
    private readonly RecordIds _ids = new();

    public SpoolFileTests() => Directory.CreateDirectory(_folder.FullPath);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_taken_is_in_the_file_before_the_caller_hears_of_it()
    {
        var (intake, file) = Open("a");
        for (var i = 0; i < 5; i++)
        {
            intake.Take(Some.Completion($"t{i}"), DateTimeOffset.UnixEpoch, out _).ShouldBe(TrackResult.Spooled);
            // Another process sees it, though this one has neither closed the file nor said anything to the system.
            Found(Snapshot(file.Path)).ShouldBe(Names(0, i + 1));
        }
        intake.Abandon();
    }

    [Fact]
    public void Cut_at_any_byte_it_keeps_every_record_before_the_cut_and_invents_none()
    {
        var bytes = FileWith(records: 12, out var ends);
        for (var length = 0; length <= ends[^1] + FrameHeadBytes; length++)
            Found(bytes[..length]).ShouldBe(Names(0, ends.Count(end => end <= length)), $"cut at {length}");
    }

    [Fact]
    public void With_any_byte_changed_only_the_record_it_belongs_to_is_missing()
    {
        var bytes = FileWith(records: 12, out var ends);
        var used = ends[^1];
        for (var at = 0; at < used; at++)
        {
            foreach (var change in new byte[] { 0x01, 0x80, 0xFF })
            {
                bytes[at] ^= change;
                var hit = at < HeadBytes ? -1 : ends.FindIndex(end => at < end);
                var found = Found(bytes);
                found.ShouldBeSubsetOf(Names(0, 12));
                found.ShouldBe(found.Distinct());
                Names(0, 12).Except(found).ShouldBeSubsetOf(hit < 0 ? [] : Names(hit, 1), $"byte {at} with {change:x}");
                bytes[at] ^= change;
            }
        }
    }

    [Fact]
    public void A_hole_anywhere_costs_what_lay_in_it_and_nothing_behind_it()
    {
        var bytes = FileWith(records: 12, out var ends);
        foreach (var from in Enumerable.Range(0, ends[^1]))
        {
            var torn = bytes.ToArray();
            torn.AsSpan(from, Math.Min(100, torn.Length - from)).Clear();
            var hit = Enumerable.Range(0, 12).Where(i => (i == 0 ? HeadBytes : ends[i - 1]) < from + 100 && from < ends[i]).ToList();
            var found = Found(torn);
            Names(0, 12).Except(found).ShouldBeSubsetOf(hit.Select(i => $"t{i}"));
            found.ShouldBeSubsetOf(Names(0, 12));
        }
    }

    [Fact]
    public void What_is_settled_is_not_found_again()
    {
        var (intake, file) = Open("a");
        for (var i = 0; i < 5; i++) intake.Take(Some.Completion($"t{i}"), DateTimeOffset.UnixEpoch, out _);
        var batch = new Batch();
        intake.Fill(batch);
        batch.Count.ShouldBe(5);
        Found(Snapshot(file.Path)).Count.ShouldBe(5);
        intake.Settle();
        Found(Snapshot(file.Path)).ShouldBeEmpty();
        intake.Take(Some.Completion("t5"), DateTimeOffset.UnixEpoch, out _);
        Found(Snapshot(file.Path)).ShouldBe(["t5"]);
        intake.Abandon();
    }

    /// <summary>A ring against a queue: at any moment the file holds what the queue holds, in its order.</summary>
    [Fact]
    public void However_it_is_filled_and_emptied_a_killed_process_leaves_exactly_what_waits()
    {
        var random = new Random(ProofSeed.Next());
        for (var history = 0; history < ProofSize.Cases(ci: 30, large: 3000); history++)
        {
            var (intake, file) = Open($"h{history}");
            var waiting = new Queue<string>();
            var next = 0;
            for (var step = 0; step < 200; step++)
            {
                if (random.Next(10) < 8) next = Take(intake, waiting, next, random);
                else SettleSome(intake, waiting);
                if (random.Next(10) == 0) Found([.. new byte[HeadBytes], .. file.Records]).ShouldBe(waiting.ToList(), $"history {history}, step {step}");
            }
            intake.Pending.ShouldBe(waiting.Count);
            intake.Lost.ShouldBe(0);
            intake.Abandon();
            if (waiting.Count > 0) Found(File.ReadAllBytes(file.Path)).ShouldBe(waiting.ToList(), "closed in the orderly way");
            else File.Exists(file.Path).ShouldBeFalse();
        }
    }

    /// <summary>Of an old frame's head only the first bytes are overwritten: whatever is left of it must not be taken for one that waits.</summary>
    [Fact]
    public void An_old_record_does_not_come_back_wherever_new_ones_end()
    {
        for (var more = 0; more < 16; more++)
        {
            var old = new byte[4 << 10];
            for (var (at, number) = (0, 0); at < 3000; number++)
            {
                var line = new byte[40];
                SpoolFrame.Write(old, at, line, SpoolFrame.Sum(line), number);
                SpoolFrame.TryRead(old, at, out var frame).ShouldBeTrue();
                frame.Settle(old);
                at = frame.End;
            }
            var newer = Enumerable.Repeat((byte)'x', 40 + more).ToArray();
            SpoolFrame.Write(old, 0, newer, SpoolFrame.Sum(newer), 1000);
            // The new one is damaged, so that the search goes on in the middle of it.
            old[40] ^= 1;
            Leftover.Search(old).ShouldBeEmpty($"{more} bytes longer");
        }
    }

    [Fact]
    public void A_file_somebody_has_is_left_alone_and_one_nobody_has_is_taken()
    {
        var (intake, file) = Open("a");
        intake.Take(Some.Completion("t0"), DateTimeOffset.UnixEpoch, out _);
        SpoolFile.TryTake(file.Path).ShouldBeNull();
        intake.Abandon();
        using var taken = SpoolFile.TryTake(file.Path);
        taken.ShouldNotBeNull();
        SpoolFile.TryTake(file.Path).ShouldBeNull();
    }

    [Fact]
    public void Every_byte_of_a_new_file_has_its_place_on_the_disk()
    {
        var (intake, file) = Open("a");
        Snapshot(file.Path).Length.ShouldBe(FileBytes);
        intake.Abandon();
    }

    private static int Take(SpoolIntake intake, Queue<string> waiting, int next, Random random)
    {
        var completion = Some.Completion($"t{next}") with { Error = new string('e', random.Next(600)) };
        if (intake.Take(completion, DateTimeOffset.UnixEpoch, out _) == TrackResult.Spooled) waiting.Enqueue($"t{next}");
        return next + 1;
    }

    private static void SettleSome(SpoolIntake intake, Queue<string> waiting)
    {
        var batch = new Batch();
        intake.Fill(batch);
        for (var i = 0; i < batch.Count; i++) TaskOf(batch.Line(i).Span).ShouldBe(waiting.Dequeue());
        intake.Settle();
    }

    private byte[] FileWith(int records, out List<int> ends)
    {
        var (intake, file) = Open("made");
        for (var i = 0; i < records; i++) intake.Take(Some.Completion($"t{i}") with { Error = new string('e', i * 3) }, DateTimeOffset.UnixEpoch, out _);
        var bytes = Snapshot(file.Path);
        var (at, text) = (HeadBytes, Encoding.Latin1.GetString(bytes));
        ends = [];
        for (var i = 0; i < records; i++)
        {
            // Up to the last byte of the line; what fills it up to the next frame belongs to nobody.
            var end = text.IndexOf('}', at + FrameHeadBytes) + 1;
            ends.Add(end);
            at = (end + 7) & -8;
        }
        intake.Abandon();
        File.Delete(file.Path);
        return bytes;
    }

    private static List<string> Found(byte[] bytes)
    {
        if (bytes.Length <= HeadBytes) return [];
        var records = bytes.AsSpan(HeadBytes).ToArray();
        return [.. Leftover.Search(records).Select(frame => TaskOf(frame.Line(records)))];
    }

    private (SpoolIntake Intake, SpoolFile File) Open(string name)
    {
        var file = SpoolFile.Create(_folder.FullPath, name, FileBytes);
        var intake = new SpoolIntake(_ids);
        intake.Use(file);
        return (intake, file);
    }

    /// <summary>What the system holds of the file now, read as another process would that does not ask for its lock.</summary>
    private static byte[] Snapshot(string path)
    {
        using var copy = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        copy.StandardOutput.BaseStream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string TaskOf(ReadOnlySpan<byte> line) => JsonElement.Parse(line).GetProperty("task_id").GetString()!;

    private static List<string> Names(int first, int count) => [.. Enumerable.Range(first, count).Select(i => $"t{i}")];
}
