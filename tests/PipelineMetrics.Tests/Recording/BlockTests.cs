using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Log;
using PipelineMetrics.Pipeline;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Tests.Recording;

/// <summary>Completions that arrive together are stored as one block, and nobody can tell from the outside.</summary>
public sealed class BlockTests : IDisposable
{
    private readonly RecorderBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_block_is_stored_in_its_order_with_numbers_that_follow_each_other()
    {
        await _bench.Post(RecorderBench.Body("before"));
        using var block = Block(RecorderBench.Body("a"), RecorderBench.Body("b", ",\"id\":\"mine\""), RecorderBench.Body("c"));
        var receipt = await _bench.Recorder.RecordAsync(block);
        (receipt.Stored, receipt.FirstSeq, receipt.Each.Count).ShouldBe((3, 2, 0));
        var lines = _bench.Lines().Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Select(line => line.GetProperty("task_id").GetString()).ShouldBe(["before", "a", "b", "c"]);
        lines.Select(line => line.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3, 4]);
        foreach (var line in lines) _bench.Recorder.FindCompletion(line.GetProperty("id").GetString()!).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_block_with_an_id_that_is_known_is_decided_line_by_line()
    {
        await _bench.Post(RecorderBench.Body("a", ",\"id\":\"known\""));
        using var block = Block(RecorderBench.Body("a", ",\"id\":\"known\""), RecorderBench.Body("b", ",\"id\":\"new\""));
        var receipt = await _bench.Recorder.RecordAsync(block);
        receipt.Stored.ShouldBe(0);
        receipt.Each.Select(each => each.Verdict).ShouldBe([Verdict.Duplicate, Verdict.Stored]);
        using var other = Block(RecorderBench.Body("x", ",\"id\":\"new\""));
        (await _bench.Recorder.RecordAsync(other)).Each.Single().Verdict.ShouldBe(Verdict.Conflict);
        _bench.Recorder.Completions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_block_that_ends_the_attempt_of_a_registered_task_closes_it()
    {
        await _bench.Register("""{"task_id":"t","direction":"d"}""");
        using var block = Block(RecorderBench.Body("other"), RecorderBench.Body("t"));
        var receipt = await _bench.Recorder.RecordAsync(block);
        receipt.Each.Select(each => each.Verdict).ShouldBe([Verdict.Stored, Verdict.Stored]);
        _bench.Recorder.Tasks.Find(new TaskKey(null, "t"))!.State.ShouldBe(TaskState.Completed);
    }

    [Fact]
    public async Task The_same_block_from_many_at_once_is_stored_once()
    {
        var bodies = Enumerable.Range(0, 50).Select(i => RecorderBench.Body($"t{i}", $",\"id\":\"id-{i}\"")).ToArray();
        var blocks = Enumerable.Range(0, 8).Select(_ => Block(bodies)).ToList();
        var receipts = await Task.WhenAll(blocks.Select(block => Task.Run(() => _bench.Recorder.RecordAsync(block))));
        receipts.Sum(receipt => receipt.Stored + receipt.Each.Count(each => each.Verdict == Verdict.Stored)).ShouldBe(50);
        receipts.SelectMany(receipt => receipt.Each).ShouldAllBe(each => each.IsKept);
        _bench.Recorder.Completions.Count.ShouldBe(50);
        blocks.ForEach(block => block.Dispose());
    }

    [Fact]
    public async Task Two_blocks_that_wait_for_the_same_commit_and_name_one_id_store_it_once()
    {
        using var gate = new ManualResetEventSlim();
        _bench.Disk.Fault = (_, call) =>
        {
            if (call == "sync") gate.Wait();
            return null;
        };
        var before = _bench.Post(RecorderBench.Body("before"));
        using var one = Block(RecorderBench.Body("a", ",\"id\":\"same\""));
        using var other = Block(RecorderBench.Body("a", ",\"id\":\"same\""));
        var recording = new[] { _bench.Recorder.RecordAsync(one), _bench.Recorder.RecordAsync(other) };
        gate.Set();
        await before;
        var receipts = await Task.WhenAll(recording);
        (receipts[0].Stored, receipts[1].Each.Single().Verdict).ShouldBe((1, Verdict.Duplicate));
        _bench.Recorder.Completions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_room_on_the_disk_nothing_of_a_block_is_kept()
    {
        await _bench.Post(RecorderBench.Body("first"));
        _bench.Disk.Fault = (_, call) => call == "write" ? new DiskException(DiskFault.Full, call, "", "no room") : null;
        using var block = Block(RecorderBench.Body("a"), RecorderBench.Body("b"));
        (await _bench.Recorder.RecordAsync(block)).Each.Select(each => each.Verdict).ShouldBe([Verdict.DiskFull, Verdict.DiskFull]);
        _bench.Disk.Fault = null;
        _bench.Restart();
        _bench.Recorder.Completions.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"task_id":"ä","duration_seconds":1,"status":"completed"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","revises":"x"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","id":"0197d9a0-0000-7000-8000-000000000001"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","id":"taken"}""")]
    [InlineData("nonsense")]
    public void What_has_to_be_judged_is_not_taken(string body)
    {
        using var block = Block(RecorderBench.Body("t", ",\"id\":\"taken\""));
        block.TryAdd(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body))).ShouldBeFalse();
        block.Count.ShouldBe(1);
    }

    [Fact]
    public void A_block_grows_to_its_limit_and_says_so()
    {
        using var block = _bench.Recorder.NewBlock(_bench.Recorder.Arriving(false));
        var body = Encoding.UTF8.GetBytes(RecorderBench.Body(new string('t', 150)));
        while (block.HasRoomFor(body.Length)) block.TryAdd(new ReadOnlySequence<byte>(body)).ShouldBeTrue();
        block.Bytes.ShouldBeInRange(PostedBlock.MostBytes / 2, PostedBlock.MostBytes);
        block.Singles().Count().ShouldBe(block.Count);
    }

    private PostedBlock Block(params string[] bodies)
    {
        var block = _bench.Recorder.NewBlock(_bench.Recorder.Arriving(false));
        foreach (var body in bodies) block.TryAdd(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body))).ShouldBeTrue(body);
        return block;
    }
}
