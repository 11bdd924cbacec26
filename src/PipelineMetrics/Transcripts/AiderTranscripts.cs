using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>The analytics log of Aider. It has no sessions: a run goes from <c>launched</c> to <c>exit</c>, or to the next <c>launched</c>.</summary>
internal sealed class AiderTranscripts(TranscriptTally tally) : TranscriptReader(tally)
{
    public override IEnumerable<Transcript> Read(string path) => Files(path, ".jsonl").SelectMany(ReadFile);

    private IEnumerable<Transcript> ReadFile(string file)
    {
        using var lines = new TranscriptLines(file, Tally);
        var (runs, run) = (new Dictionary<string, int>(StringComparer.Ordinal), (Run?)null);
        Tally.Files++;
        while (lines.Next())
        {
            var happened = lines.Current;
            if (happened.Text("event") is not { } name || UnixTime.OfSeconds(happened.Count("time")) is not { } at)
            {
                lines.Skip("has no event or no time");
                continue;
            }
            if (name == "launched")
            {
                if (run is not null) yield return run.ToTranscript();
                run = new Run(NameOf(happened, runs), at);
            }
            else if (run is not null)
            {
                run.Read(happened, name, at);
            }
            else if (name == "message_send")
            {
                lines.Skip("belongs to a run whose start is not in the log");
            }
        }
        if (run is not null) yield return run.ToTranscript();
        Tally.Lines += lines.Number;
    }

    // Made of who and when; of several in one second, also of which.
    private static string NameOf(JsonElement launched, Dictionary<string, int> runs)
    {
        var start = $"{launched.Text("user_id")}\n{launched.Count("time")}";
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(start)).AsSpan(0, 16));
        var which = runs[name] = runs.GetValueOrDefault(name) + 1;
        return which == 1 ? name : $"{name}-{which}";
    }

    private sealed class Run(string name, DateTimeOffset launched)
    {
        private readonly List<Step> _steps = [new Step(launched, StepKind.Asked)];

        public void Read(JsonElement happened, string name, DateTimeOffset at)
        {
            var told = new AiderRun();
            told.Read(happened);
            if (name == "message_send") _steps.Add(Answer(told, at));
            else if (name == "exit") _steps.Add(End(told, at));
        }

        public Transcript ToTranscript() => new(HarnessNames.Aider, "aider", name, _steps) { TellsTools = false };

        private static Step Answer(AiderRun told, DateTimeOffset at) =>
            new(at, StepKind.Answered) { Model = told.Model, Tokens = told.Tokens, CostUsdMicros = told.CostUsdMicros };

        private static Step End(AiderRun told, DateTimeOffset at) => told.Outcome switch
        {
            Outcome.Cancelled => new Step(at, StepKind.Interrupted) { Error = told.ExitReason },
            Outcome.Success => new Step(at, StepKind.Ended),
            _ => new Step(at, StepKind.Left),
        };
    }
}
