using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>A whole number in a range.</summary>
internal sealed class CountField<TDraft>(string name, long min, long max, Func<TDraft, long?> get, Action<TDraft, long?> set)
    : Field<TDraft, long?>(name, get, set)
{
    private readonly string _rule = $"must be a whole number from {min} to {max}";

    protected override string? Parse(ref FactCursor at, out long? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.Number) throw new WrongJsonTypeException("must be a number");
        if (!at.Reader.TryGetInt64(out var number)) return _rule;
        value = number;
        return null;
    }

    public override int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line)
    {
        if (!PlainNumber.TryWhole(token, out var value) || Check(value) is not null) return 0;
        token.CopyTo(line);
        return token.Length;
    }

    protected override string? Check(long? value) => value < min || value > max ? _rule : null;

    protected override void Write(Utf8JsonWriter writer, long? value) => writer.WriteNumberValue(value!.Value);
}

/// <summary>A number with decimals on the wire and a whole number of a smaller unit inside: seconds as milliseconds, dollars as
/// micro-dollars.</summary>
internal sealed class ScaledField<TDraft>(string name, int scale, long max, Func<TDraft, long?> get, Action<TDraft, long?> set)
    : Field<TDraft, long?>(name, get, set)
{
    private readonly string _rule = $"must be a number from 0 to {(decimal)max / scale}";

    protected override string? Parse(ref FactCursor at, out long? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.Number) throw new WrongJsonTypeException("must be a number");
        // Numbers far outside would not survive the multiplication; the others are rounded first and judged then.
        if (!at.Reader.TryGetDecimal(out var number) || number < -1 || number > ((decimal)max / scale) + 1) return _rule;
        var rounded = Math.Round(number * scale, MidpointRounding.AwayFromZero);
        if (rounded < 0 || rounded > max) return _rule;
        value = (long)rounded;
        return null;
    }

    public override int CopyPlain(ReadOnlySpan<byte> token, Span<byte> line)
    {
        if (!PlainNumber.TryScaled(token, scale, out var value) || Check(value) is not null) return 0;
        return PlainNumber.WriteScaled(value, scale, line);
    }

    protected override string? Check(long? value) => value < 0 || value > max ? _rule : null;

    // Whole numbers without a point; others without trailing zeros, as division in decimal leaves them.
    protected override void Write(Utf8JsonWriter writer, long? value)
    {
        var (whole, rest) = Math.DivRem(value!.Value, scale);
        if (rest == 0) writer.WriteNumberValue(whole);
        else writer.WriteNumberValue((decimal)value.Value / scale);
    }
}

/// <summary>A number with decimals in a range, kept as it was said.</summary>
internal sealed class DecimalField<TDraft>(string name, decimal min, decimal max, Func<TDraft, decimal?> get, Action<TDraft, decimal?> set)
    : Field<TDraft, decimal?>(name, get, set)
{
    private readonly string _rule = $"must be a number from {min} to {max}";

    protected override string? Parse(ref FactCursor at, out decimal? value)
    {
        value = null;
        if (at.Reader.TokenType != JsonTokenType.Number) throw new WrongJsonTypeException("must be a number");
        if (!at.Reader.TryGetDecimal(out var number)) return _rule;
        value = number;
        return Settle(ref value);
    }

    // Zero has no sign: decimal remembers one and would write it.
    protected override string? Settle(ref decimal? value)
    {
        if (value == 0) value = 0;
        return null;
    }

    protected override string? Check(decimal? value) => value < min || value > max ? _rule : null;

    protected override void Write(Utf8JsonWriter writer, decimal? value) => writer.WriteNumberValue(value!.Value);
}
