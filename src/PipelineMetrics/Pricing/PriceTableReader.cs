using System.Globalization;
using System.Text.Json;

namespace PipelineMetrics.Pricing;

/// <summary>Reads price tables strictly: a wrong price would be wrong in every figure that follows.</summary>
internal static class PriceTableReader
{
    private const decimal MicrosPerDollar = 1_000_000;
    private const string Unit = "USD per million tokens";
    private static readonly string[] Names =
    [
        "input", "output", "cache_read", "cache_write", "cache_write_1h", "fast",
        "input_above_200k", "output_above_200k", "cache_read_above_200k", "cache_write_above_200k",
    ];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static PriceTable Read(Stream json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
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
        if (root.TryGetProperty("unit", out var unit) && (unit.ValueKind != JsonValueKind.String || unit.GetString() != Unit))
            throw new InvalidDataException($"'unit' of the price table must be '{Unit}' or absent.");
        return new PriceTable(date, Prices(models));
    }

    private static Dictionary<string, ModelPrice> Prices(JsonElement models)
    {
        var prices = new Dictionary<string, ModelPrice>(StringComparer.OrdinalIgnoreCase);
        foreach (var model in models.EnumerateObject())
        {
            if (string.IsNullOrWhiteSpace(model.Name)) throw new InvalidDataException("A model of the price table has an empty name.");
            if (!prices.TryAdd(model.Name, Price(model.Name, model.Value)))
                throw new InvalidDataException($"The model '{model.Name}' has two prices; upper and lower case are the same.");
        }
        return prices;
    }

    // Where a provider does not say what its cache costs: a write costs a quarter more than input, one for an hour twice as much as input,
    // a read a tenth of it.
    private static ModelPrice Price(string model, JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"The price of '{model}' must be an object.");
        foreach (var member in entry.EnumerateObject())
        {
            if (!Names.Contains(member.Name)) throw new InvalidDataException($"'{member.Name}' of '{model}' is none of {string.Join(", ", Names)}.");
        }
        var input = Micros(model, entry, "input") ?? throw new InvalidDataException($"The price of '{model}' has no 'input'.");
        var output = Micros(model, entry, "output") ?? throw new InvalidDataException($"The price of '{model}' has no 'output'.");
        return new ModelPrice(input, output, Micros(model, entry, "cache_read") ?? input / 10, Micros(model, entry, "cache_write") ?? input + (input / 4))
        {
            CacheWriteOneHour = Micros(model, entry, "cache_write_1h") ?? input * 2,
            LongInput = Micros(model, entry, "input_above_200k"),
            LongOutput = Micros(model, entry, "output_above_200k"),
            LongCacheRead = Micros(model, entry, "cache_read_above_200k"),
            LongCacheWrite = Micros(model, entry, "cache_write_above_200k"),
            FastThousandths = Fast(model, entry),
        };
    }

    private static long? Fast(string model, JsonElement entry)
    {
        if (!entry.TryGetProperty("fast", out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var times) || times is < 1 or > 1000
            || times * 1000 != decimal.Truncate(times * 1000))
            throw new InvalidDataException($"'fast' of '{model}' must be a number from 1 to 1000 with at most three decimals, times the price.");
        return (long)(times * 1000);
    }

    private static long? Micros(string model, JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out var dollars) || dollars is < 0 or > 1_000_000)
            throw new InvalidDataException($"'{name}' of '{model}' must be a number from 0 to 1000000, dollars per million tokens.");
        var micros = dollars * MicrosPerDollar;
        if (micros != decimal.Truncate(micros)) throw new InvalidDataException($"'{name}' of '{model}' must have at most six decimals.");
        return (long)micros;
    }
}
