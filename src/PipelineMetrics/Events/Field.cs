using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>
/// One field of a fact as it stands in JSON: how it is read, checked on its own, written, compared and copied.
/// A fact's fields are a table of these, so reading, writing, comparing and merging cannot disagree about a field.
/// </summary>
/// <typeparam name="TDraft">The unchecked form of the fact.</typeparam>
internal abstract class Field<TDraft>(string name)
{
    public string Name { get; } = name;

    public JsonEncodedText EncodedName { get; } = JsonEncodedText.Encode(name);

    /// <summary>Place in the table; bit of the field in a set of fields.</summary>
    public int Index { get; set; }

    /// <summary>Reads the value the cursor stands on. Null means the field took it; else the rule that it breaks.</summary>
    /// <exception cref="WrongJsonTypeException">The value has the wrong JSON type.</exception>
    public abstract string? Read(ref FactCursor at, TDraft draft);

    public abstract bool IsPresent(TDraft draft);

    public abstract void Write(Utf8JsonWriter writer, TDraft draft);

    public abstract bool Same(TDraft left, TDraft right);

    public abstract void Copy(TDraft from, TDraft to);
}

/// <summary>A value of the wrong JSON type. The message completes "the field ...".</summary>
internal sealed class WrongJsonTypeException(string rule) : Exception(rule);

/// <summary>A field whose value is one property of the draft, absent when the property is null.</summary>
internal abstract class Field<TDraft, TValue>(string name, Func<TDraft, TValue?> get, Action<TDraft, TValue?> set) : Field<TDraft>(name)
{
    public override string? Read(ref FactCursor at, TDraft draft)
    {
        var rule = Parse(ref at, out var value);
        if (rule is null) set(draft, value);
        return rule;
    }

    public override bool IsPresent(TDraft draft) => get(draft) is not null;

    public override void Write(Utf8JsonWriter writer, TDraft draft)
    {
        if (get(draft) is not { } value) return;
        writer.WritePropertyName(EncodedName);
        Write(writer, value);
    }

    public override bool Same(TDraft left, TDraft right) => Same(get(left), get(right));

    public override void Copy(TDraft from, TDraft to) => set(to, get(from));

    protected abstract string? Parse(ref FactCursor at, out TValue? value);

    protected abstract void Write(Utf8JsonWriter writer, TValue value);

    protected virtual bool Same(TValue? left, TValue? right) => EqualityComparer<TValue?>.Default.Equals(left, right);
}
