using System.Reflection;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

/// <summary>Valid drafts with any fields set to anything their rules allow.</summary>
internal static class RandomDrafts
{
    private static readonly string[] Pieces =
        ["a", "Z", "-", "é", "ß", "漢", "😀", "\n", "\r", "\t", "\"",
            "\\", "/", "\u2028", "\u0085", "\u007f", "\u0001", "<", "&", "'", "+", " x", "\uFEFF"];

    private static readonly string[] Odd = ["{}", "{\"a\":1.0}", "{\"b\":[1e2,{\"c\":null}],\"ü\":\"\\n\"}",
        "{\"n\":12345678901234567890}"];

    public static CompletionDraft Completion(Random random, bool everyField = false)
    {
        var draft = new CompletionDraft();
        foreach (var property in Settable(typeof(CompletionDraft)))
        {
            if (everyField || random.Next(3) == 0) property.SetValue(draft, Value(property, random));
        }
        draft.TaskId ??= "t";
        draft.CreatedAt ??= Moment(random);
        draft.Status ??= CompletionStatus.Completed;
        if (draft.Outcome is not null || everyField) draft.Outcome = draft.Status == CompletionStatus.Completed ? Outcome.Success : (Outcome)random.Next(1, 5);
        draft.QualityGatesRun = draft.QualityGatesFailed is { } failed ? [.. failed, "lint"] : draft.QualityGatesRun;
        draft.ReasoningTokens = draft.ActualOutputTokens is { } output ? output / 2 : draft.ReasoningTokens;
        draft.ToolErrors = draft.ToolCalls is { } calls ? calls / 2 : draft.ToolErrors;
        draft.Revises = draft.Revision is null ? null : "earlier";
        return draft;
    }

    public static EventDraft Event(Random random)
    {
        var draft = new EventDraft();
        foreach (var property in Settable(typeof(EventDraft)))
        {
            if (random.Next(3) == 0) property.SetValue(draft, Value(property, random));
        }
        draft.EventType = random.Next(2) == 0 ? "task:started" : $"w{random.Next(99)}:x_{random.Next(99)}-Y";
        draft.EntityId ??= "e";
        draft.Timestamp ??= Moment(random);
        return draft;
    }

    /// <summary>The public values of a fact, to compare two facts.</summary>
    public static IEnumerable<string> Values(object fact) =>
        fact.GetType().GetProperties().Select(p => $"{p.Name}={(p.GetValue(fact) is IEnumerable<string> list ? string.Join("|", list) : p.GetValue(fact))}");

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties().Where(p => p.SetMethod is { IsPublic: true });

    private static object Value(PropertyInfo property, Random random) =>
        (property.Name, Type.GetTypeCode(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)) switch
    {
        (nameof(CompletionDraft.Metadata), _) or (nameof(EventDraft.Context), _) => Odd[random.Next(Odd.Length)],
        (_, TypeCode.String) => Text(random),
        (_, TypeCode.Boolean) => random.Next(2) == 0,
        (_, TypeCode.Decimal) => new decimal(random.Next(0, 1001), 0, 0, false, 3),
        (_, TypeCode.Int64) => (long)random.Next(1, 1_000_001),
        _ when property.PropertyType == typeof(DateTimeOffset?) => Moment(random),
        _ when property.PropertyType == typeof(CompletionStatus?) => (CompletionStatus)random.Next(2),
        _ when property.PropertyType == typeof(Outcome?) => Outcome.Failure,
        _ when property.PropertyType == typeof(CostSource?) => (CostSource)random.Next(2),
        _ when property.PropertyType == typeof(EventAgent) =>
            new EventAgent(Text(random), null, random.Next(2) == 0 ? null : random.NextInt64(), random.Next()),
        _ => new List<string> { Text(random), Text(random) },
    };

    private static string Text(Random random) =>
        "t" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static DateTimeOffset Moment(Random random) =>
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(random.Next(-14, 15))).AddTicks(random.NextInt64(TimeSpan.TicksPerDay * 30));
}
