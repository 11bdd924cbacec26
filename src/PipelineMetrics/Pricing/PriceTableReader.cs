using System.Globalization;
using System.Text.Json;

namespace PipelineMetrics.Pricing;

/// <summary>Reads price tables strictly: a wrong price would be wrong in every figure that follows.</summary>
internal static class PriceTableReader
{
    private const decimal MicrosPerDollar = 1_000_000;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static PriceTable Read(Stream json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The price table is not valid JSON: {e.Message}", e);
        }
    }

    private static PriceTable Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("models", out var models) || models.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException("The price table must be an object with 'as_of' and 'models'.");
        if (!root.TryGetProperty("as_of", out var asOf) || asOf.ValueKind != JsonValueKind.String
            || !DateOnly.TryParseExact(asOf.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            throw new InvalidDataException("'as_of' of the price table must be a day, such as 2026-01-31.");
        return new PriceTable(date, models.EnumerateObject().ToDictionary(m => m.Name, m => Price(m.Name, m.Value), StringComparer.OrdinalIgnoreCase));
    }

    // Where a provider does not say what its cache costs: a write costs a quarter more than input, a read a tenth of it.
    private static ModelPrice Price(string model, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"The price of '{model}' must be an object.");
        var input = Micros(model, entry, "input") ?? throw new InvalidDataException($"The price of '{model}' has no 'input'.");
        var output = Micros(model, entry, "output") ?? throw new InvalidDataException($"The price of '{model}' has no 'output'.");
        return new ModelPrice(input, output, Micros(model, entry, "cache_read") ?? input / 10, Micros(model, entry, "cache_write") ?? input + (input / 4));
    }

    private static long? Micros(string model, JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var dollars) || dollars is < 0 or > 1_000_000)
            throw new InvalidDataException($"'{name}' of '{model}' must be a number from 0 to 1000000, dollars per million tokens.");
        return (long)Math.Round(dollars * MicrosPerDollar, MidpointRounding.AwayFromZero);
    }
}
