using System.Buffers;
using System.Text;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

/// <summary>Bodies and lines the tests of this room start from.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, string Json)[] Six =
    [
        ("task_id", "\"001-setup\""), ("task_type", "\"spec\""), ("model", "\"cursor/auto\""),
        ("duration_seconds", "45"), ("status", "\"completed\""), ("created_at", "\"2026-01-31T12:00:00Z\""),
    ];

    public static ReadingRules Arriving { get; } = new(Now);

    /// <summary>A completion of the six fields of spec 026 where the given members replace or follow them.</summary>
    public static string Body(params (string Name, string Json)[] members)
    {
        var kept = Six.Where(s => !members.Any(m => m.Name == s.Name));
        return "{" + string.Join(",", kept.Concat(members).Select(m => $"\"{m.Name}\":{m.Json}")) + "}";
    }

    public static string Body(string name, string json) => Body((name, json));

    public static string Without(params string[] names) =>
        "{" + string.Join(",", Six.Where(s => !names.Contains(s.Name)).Select(m => $"\"{m.Name}\":{m.Json}")) + "}";

    public static string Event(params (string Name, string Json)[] members)
    {
        (string Name, string Json)[] usual = [("event_type", "\"task:started\""), ("entity_id", "\"001-setup\"")];
        var kept = usual.Where(s => !members.Any(m => m.Name == s.Name));
        return "{" + string.Join(",", kept.Concat(members).Select(m => $"\"{m.Name}\":{m.Json}")) + "}";
    }

    /// <summary>Pairs as the table of a theory.</summary>
    public static TheoryData<T1, T2> Table<T1, T2>(IEnumerable<(T1 First, T2 Second)> pairs)
    {
        var table = new TheoryData<T1, T2>();
        foreach (var (first, second) in pairs) table.Add(first, second);
        return table;
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static CompletionDraft Draft(string json)
    {
        CompletionDraft.TryRead(Utf8(json), Arriving, out var draft, out var rejection).ShouldBeTrue(rejection?.Reason);
        return draft;
    }

    public static Completion Completion(string json)
    {
        PipelineMetrics.Events.Completion.TryCreate(Draft(json), Arriving, out var completion,
            out var rejection).ShouldBeTrue(rejection?.Reason);
        return completion;
    }

    /// <summary>A completion as it is read back from the log.</summary>
    public static Completion Stored(string json) => FromLine(Line(Completion(json)));

    public static Completion FromLine(string line)
    {
        PipelineMetrics.Events.Completion.TryReadLine(Utf8(line), out var completion, out var rejection).ShouldBeTrue(rejection?.Reason);
        return completion;
    }

    public static PipelineEvent PipelineEvent(string json)
    {
        EventDraft.TryRead(Utf8(json), Arriving, out var draft, out var rejection).ShouldBeTrue(rejection?.Reason);
        PipelineMetrics.Events.PipelineEvent.TryCreate(draft, Arriving, out var made, out rejection).ShouldBeTrue(rejection?.Reason);
        return made;
    }

    public static Rejection Refusal(string json) => Refusal(Utf8(json));

    public static Rejection Refusal(byte[] json, ReadingRules? rules = null)
    {
        var taken = CompletionDraft.TryRead(json, rules ?? Arriving, out var draft, out var rejection)
            && PipelineMetrics.Events.Completion.TryCreate(draft, rules ?? Arriving, out _, out rejection);
        taken.ShouldBeFalse();
        rejection.ShouldNotBeNull().Problems.ShouldNotBeEmpty();
        return rejection;
    }

    public static Rejection EventRefusal(string json)
    {
        var taken = EventDraft.TryRead(Utf8(json), Arriving, out var draft, out var rejection)
            && PipelineMetrics.Events.PipelineEvent.TryCreate(draft, Arriving, out _, out rejection);
        taken.ShouldBeFalse();
        return rejection.ShouldNotBeNull();
    }

    public static string Line(Completion completion)
    {
        var buffer = new ArrayBufferWriter<byte>();
        completion.WriteTo(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Line(PipelineEvent written)
    {
        var buffer = new ArrayBufferWriter<byte>();
        written.WriteTo(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
