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

    /// <summary>Brings a value that was set in code into the form in which reading leaves it. Null, or the rule that it breaks.</summary>
    public abstract FieldProblem? Settle(TDraft draft);

    /// <summary>
    /// Writes a value as it stands in a line, straight from what was sent; for the forms that senders use and that need no object.
    /// </summary>
    /// <param name="token">The JSON value, quotes included.</param>
    /// <param name="line">Has room for the token and <see cref="MostAdded"/> more.</param>
    /// <returns>Bytes written; 0 when the value must be read to be judged.</returns>
    public virtual int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line) => 0;

    /// <summary>How much longer a value may become that is copied.</summary>
    public const int MostAdded = 8;

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
        if (rule is not null || value is null) return rule;
        rule = Check(value);
        if (rule is null) set(draft, value);
        return rule;
    }

    public override FieldProblem? Settle(TDraft draft)
    {
        var value = get(draft);
        if (value is null) return null;
        var rule = Settle(ref value) ?? (value is null ? null : Check(value));
        if (rule is null) set(draft, value);
        return rule is null ? null : new FieldProblem(Name, rule, FieldProblem.OneLine(Show(value!)));
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

    /// <summary>The value the cursor stands on, null when it means absent. Returns the rule broken by what no value can stand
    /// for.</summary>
    protected abstract string? Parse(ref FactCursor at, out TValue? value);

    /// <summary>What <see cref="Parse"/> sees to for text, done for a value from code.</summary>
    protected virtual string? Settle(ref TValue? value) => null;

    protected virtual string? Check(TValue value) => null;

    protected virtual string Show(TValue value) => $"{value}";

    protected abstract void Write(Utf8JsonWriter writer, TValue value);

    protected virtual bool Same(TValue? left, TValue? right) => EqualityComparer<TValue?>.Default.Equals(left, right);
}
