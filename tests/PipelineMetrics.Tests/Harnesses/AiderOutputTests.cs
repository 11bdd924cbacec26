using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Tests.Harnesses;

/// <summary>Aider tells programs in a file what it prints for people only.</summary>
public sealed class AiderOutputTests : IDisposable
{
    private const string Send = """{"event":"message_send","properties":{"main_model":"gpt-4o","edit_format":"diff","prompt_tokens":1200,"completion_tokens":80,"cost":0.0038,"total_cost":0.0038},"user_id":"u","time":1793612345}""" + "\n";
    private const string Exit = """{"event":"exit","properties":{"reason":"Completed --message"},"user_id":"u","time":1793612350}""" + "\n";
    private readonly string _directory = Directory.CreateTempSubdirectory("aider-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("--analytics-log log.jsonl")]
    [InlineData("--analytics-log=log.jsonl")]
    public void What_the_run_added_to_its_log_is_told(string option)
    {
        Write(Send + Exit);
        var output = Started(option);
        output.Append("{\"event\":\"message_send\"}\n"u8);
        Append(Send + Send + Exit);
        Told(output).ShouldBe("gpt-4o 2400 160 - 7600 2 Success");
    }

    [Fact]
    public void A_log_that_was_begun_anew_is_read_whole()
    {
        Write(Send + Send + Send);
        var output = Started("--analytics-log log.jsonl");
        Write(Send);
        Told(output).ShouldBe("gpt-4o 1200 80 - 3800 1 -");
    }

    [Fact]
    public void Without_a_log_only_the_command_tells()
    {
        Told(Started("--model o3")).ShouldBe("o3 - - - - - -");
        Told(Started("--analytics-log nowhere/log.jsonl")).ShouldBe("- - - - - - -");
    }

    private string Log => Path.Combine(_directory, "log.jsonl");

    private HarnessOutput Started(string options) => HarnessOutput.Of(["aider", .. options.Split(' ')], _directory);

    private void Write(string lines) => File.WriteAllText(Log, lines);

    private void Append(string lines) => File.AppendAllText(Log, lines);

    private static string Told(HarnessOutput output)
    {
        var r = output.Finish(0);
        return $"{r.Model ?? "-"} {r.Tokens?.Input.ToString() ?? "-"} {r.Tokens?.Output.ToString() ?? "-"} {r.Tokens?.CacheRead?.ToString() ?? "-"} "
            + $"{r.CostUsdMicros?.ToString() ?? "-"} {r.Turns?.ToString() ?? "-"} {(r.Outcome is { } outcome ? outcome.ToString() : "-")}";
    }
}
