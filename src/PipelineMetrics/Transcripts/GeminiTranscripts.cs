using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>The chats of Gemini CLI: <c>chats/session-*.json</c>, one object, or <c>.jsonl</c>, its head and then a line for each message.</summary>
internal sealed class GeminiTranscripts(TranscriptTally tally) : TranscriptReader(tally)
{
    public override IEnumerable<Transcript> Read(string path) =>
        Files(path, ".json", ".jsonl").Where(f => f == path || Path.GetFileName(f).StartsWith("session-", StringComparison.Ordinal))
            .Select(ReadFile).OfType<Transcript>();

    private Transcript? ReadFile(string file)
    {
        var steps = new List<Step>();
        var session = file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? ReadLines(file, steps) : ReadWhole(file, steps);
        if (session is not null) return new Transcript(HarnessNames.GeminiCli, "gemini", session, steps);
        Tally.Skip(file, 0, "has no session id");
        return null;
    }

    private string? ReadWhole(string file, List<Step> steps)
    {
        Tally.Files++;
        using var chat = Whole(file);
        if (chat is null) return null;
        foreach (var message in chat.RootElement.Items("messages"))
        {
            Tally.Lines++;
            if (!Read(message, steps)) Tally.Skip(file, 0, $"has a message without time, {FieldProblem.OneLine(message.Text("id") ?? "without id")}");
        }
        return chat.RootElement.Text("sessionId");
    }

    private string? ReadLines(string file, List<Step> steps)
    {
        using var lines = new TranscriptLines(file, Tally);
        string? session = null;
        Tally.Files++;
        while (lines.Next())
        {
            session ??= lines.Current.Text("sessionId");
            if (!Read(lines.Current, steps)) lines.Skip("has no timestamp");
        }
        Tally.Lines += lines.Number;
        return session;
    }

    // The head of a chat and the records that change it ("$set", "$rewindTo") have no type and are no messages. What was taken back has been
    // paid for all the same. A message is written again when more is known of it.
    private static bool Read(JsonElement message, List<Step> steps)
    {
        var (isUser, isAnswer, isError) = (message.Is("type", "user"), message.Is("type", "gemini"), message.Is("type", "error"));
        if (!isUser && !isAnswer && !isError) return true;
        if (message.Text("timestamp") is not { } time || !Instant.TryParse(time, out var at)) return false;
        if (isUser) steps.Add(new Step(at, StepKind.Asked, message.Text("id")));
        else if (isError) steps.Add(new Step(at, StepKind.Failed) { Error = message.Message("content") ?? "error" });
        else ReadAnswer(message, at, steps);
        return true;
    }

    private static void ReadAnswer(JsonElement message, DateTimeOffset at, List<Step> steps)
    {
        var tokens = message.At("tokens");
        steps.Add(new Step(at, StepKind.Answered, message.Text("id"))
        {
            Model = message.Text("model"),
            Provider = "google",
            Tokens = tokens.ValueKind == JsonValueKind.Object ? GeminiUsage.TokensOf(tokens) : null,
        });
        foreach (var call in message.Items("toolCalls"))
        {
            steps.Add(new Step(at, StepKind.ToolCalled, call.Text("id")));
            if (call.Is("status", "error")) steps.Add(new Step(at, StepKind.ToolFailed, call.Text("id")));
        }
    }
}
