using PipelineMetrics.Cli.Service;

namespace PipelineMetrics.Cli.Tests.Exec;

/// <summary>Records reach the service, now or later, once; and cost the run nothing when they do not.</summary>
public sealed class SendingTests : ExecBench
{
    [Fact]
    public async Task A_record_is_sent_and_nothing_is_said_or_left()
    {
        await using var service = await Receiver.StartAsync();
        Variables["PIPELINE_METRICS_URL"] = service.Address;
        Variables["PIPELINE_METRICS_API_KEY"] = "secret";

        var run = await RunAsync("--task", "t1", "--type", "impl", "--", "true");

        (run.Code, run.Error, service.Key).ShouldBe((0, "", "Bearer secret"));
        service.Tasks.ShouldBe(["t1"]);
        Spooled().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_service_that_is_down_gets_the_record_from_a_later_run_once()
    {
        string address;
        await using (var service = await Receiver.StartAsync()) address = service.Address;

        var down = await RunAsync("--url", address, "--task", "t1", "--", "sh", "-c", "exit 7");
        down.Code.ShouldBe(7);
        down.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => line.StartsWith("pipeline-metrics: ", StringComparison.Ordinal));
        down.Error.ShouldContain("Connection refused");
        down.Error.ShouldContain("is sent by a later run");

        await using var again = await Receiver.StartAsync(port: new Uri(address).Port);
        foreach (var task in (string[])["t2", "t3"]) (await RunAsync("--url", address, "--task", task, "--", "true")).Error.ShouldBeEmpty();
        again.Tasks.Order().ShouldBe(["t1", "t2", "t3"]);
        again.Records.Count(record => record.GetProperty("outcome").GetString() == "failure").ShouldBe(1);
        Spooled().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_one_service_should_have_had_does_not_go_to_another()
    {
        string gone;
        await using (var service = await Receiver.StartAsync()) gone = service.Address;
        await RunAsync("--url", gone, "--task", "t1", "--", "true");

        await using var other = await Receiver.StartAsync();
        await RunAsync("--url", other.Address, "--task", "t2", "--", "true");

        other.Tasks.ShouldBe(["t2"]);
        Spooled().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_service_that_does_not_want_it_leaves_the_code_of_the_command()
    {
        await using var service = await Receiver.StartAsync(status: 503);

        var run = await RunAsync("--url", service.Address, "--", "sh", "-c", "exit 9");

        run.Code.ShouldBe(9);
        run.Error.ShouldContain("status 503");
        Spooled().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_a_place_to_wait_it_is_sent_all_the_same()
    {
        await using var service = await Receiver.StartAsync();

        var run = await RunAsync("--url", service.Address, "--spool", Write("a-file", ""), "--task", "t1", "--", "true");

        run.Code.ShouldBe(0);
        service.Tasks.ShouldBe(["t1"]);
        run.Error.ShouldContain("takes nothing");
    }

    [Fact]
    public async Task A_run_that_was_ended_is_recorded()
    {
        await using var service = await Receiver.StartAsync();
        var process = Start(Program, "exec", "--url", service.Address, "--", "sh", "-c", "echo ready; exec sleep 100");
        process.StandardOutput.BaseStream.ReadByte();

        PipelineMetrics.Cli.Exec.Posix.Kill(process.Id, PipelineMetrics.Cli.Exec.Posix.SigTerm);
        (await EndAsync(process)).Code.ShouldBe(143);

        service.Records.ShouldHaveSingleItem().GetProperty("outcome").GetString().ShouldBe("cancelled");
    }

    [Fact]
    public async Task A_log_that_somebody_writes_gets_the_record_from_a_later_run()
    {
        var log = Path.Combine(Folder, "log");
        await using (await EmbeddedService.StartAsync(log, null, mayWrite: true, CancellationToken.None))
        {
            var busy = await RunAsync("--log", log, "--task", "t1", "--", "true");
            (busy.Code, busy.Error.Contains("is in use", StringComparison.Ordinal)).ShouldBe((0, true));
        }

        (await RunAsync("--log", log, "--task", "t2", "--", "true")).Error.ShouldBeEmpty();

        var lines = await File.ReadAllLinesAsync(Path.Combine(log, "metrics.jsonl"));
        lines.Select(line => line.Split('"')[3]).Order().ShouldBe(["t1", "t2"]);
    }

    [Fact]
    public async Task A_dry_run_leaves_nothing_behind()
    {
        await DryAsync("--url", "http://127.0.0.1:1", "--", "true");

        Spooled().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--url", "nowhere")]
    [InlineData("--spool", "")]
    public async Task A_place_that_is_none_is_refused_before_anything_runs(string option, string value)
    {
        var run = await RunAsync($"{option}={value}", "--", "echo", "ran");

        (run.Code, run.Out).ShouldBe((2, ""));
    }

    private string[] Spooled()
    {
        var state = Path.Combine(Folder, "state");
        return Directory.Exists(state) ? Directory.GetFiles(state, "*.spool", SearchOption.AllDirectories) : [];
    }
}
