using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Harnesses;

namespace PipelineMetrics.Transcripts;

/// <summary>
/// What <c>opencode export</c> writes: one session in one JSON file. Sessions of agents below fold into the one at the root, when their files
/// are read together.
/// </summary>
internal sealed class OpenCodeTranscripts(TranscriptTally tally) : TranscriptReader(tally)
{
    public override IEnumerable<Transcript> Read(string path)
    {
        // Which sessions belong together is known when all were looked at; what they say is read again, one after the other.
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Files(path, ".json")) Look(file, parents, files);
        return parents.Keys.GroupBy(id => Root(id, parents), StringComparer.Ordinal)
            .Select(g => ReadSessions(g.Key, g.Select(id => files[id]))).OfType<Transcript>();
    }

    private void Look(string file, Dictionary<string, string?> parents, Dictionary<string, string> files)
    {
        Tally.Files++;
        using var export = Whole(file);
        if (export is null) return;
        var info = export.RootElement.At("info");
        if (info.Text("id") is not { } id) Tally.Skip(file, 0, "has no session id in 'info'");
        else if (!parents.TryAdd(id, info.Text("parentID"))) Tally.Repeated++;
        else files[id] = file;
    }

    private static string Root(string id, Dictionary<string, string?> parents)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { id };
        while (parents.GetValueOrDefault(id) is { } parent && seen.Add(parent)) id = parent;
        return id;
    }

    private Transcript? ReadSessions(string root, IEnumerable<string> files)
    {
        var steps = new List<Step>();
        var hasRoot = false;
        foreach (var file in files)
        {
            using var export = Whole(file);
            if (export is null) continue;
            var isBelow = !export.RootElement.At("info").Is("id", root);
            hasRoot |= !isBelow;
            foreach (var message in export.RootElement.Items("messages")) Read(message, isBelow, file, steps);
        }
        if (hasRoot) return new Transcript(HarnessNames.OpenCode, "opencode", root, steps);
        Tally.Skip(root, 0, "is a session whose export is not among the files, but those of agents below it are");
        return null;
    }

    private void Read(JsonElement message, bool isBelow, string file, List<Step> steps)
    {
        Tally.Lines++;
        var info = message.At("info");
        if (At(info.At("time"), "created") is not { } created)
        {
            Tally.Skip(file, 0, $"has a message without time, {FieldProblem.OneLine(info.Text("id") ?? "without id")}");
            return;
        }
        if (info.Is("role", "user") && !isBelow) steps.Add(new Step(created, StepKind.Asked, info.Text("id")));
        if (info.Is("role", "assistant")) ReadAnswer(message, info, At(info.At("time"), "completed") ?? created, isBelow, steps);
    }

    private static void ReadAnswer(JsonElement message, JsonElement info, DateTimeOffset at, bool isBelow, List<Step> steps)
    {
        steps.Add(new Step(at, StepKind.Answered, info.Text("id"))
        {
            IsSidechain = isBelow,
            Model = info.Text("modelID"),
            Provider = info.Text("providerID", 100),
            Tokens = OpenCodeUsage.TokensOf(info.At("tokens")),
            CostUsdMicros = OpenCodeUsage.CostOf(info),
        });
        foreach (var part in message.Items("parts"))
        {
            if (part.Is("type", "compaction")) steps.Add(new Step(at, StepKind.Compacted));
            if (!part.Is("type", "tool")) continue;
            steps.Add(new Step(at, StepKind.ToolCalled, part.Text("callID")) { IsSidechain = isBelow });
            if (part.At("state").Is("status", "error")) steps.Add(new Step(at, StepKind.ToolFailed, part.Text("callID")) { IsSidechain = isBelow });
        }
        if (info.At("error").ValueKind != JsonValueKind.Object) return;
        var (outcome, error) = OpenCodeUsage.ErrorOf(info.At("error"));
        steps.Add(new Step(at, outcome == Outcome.Cancelled ? StepKind.Interrupted : StepKind.Failed) { Error = error, IsSidechain = isBelow });
    }

    private static DateTimeOffset? At(JsonElement times, string name) => UnixTime.OfMs(times.Count(name));
}
