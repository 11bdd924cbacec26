using System.Buffers;
using System.Collections.Frozen;
using PipelineMetrics.Events;

namespace PipelineMetrics.Pricing;

/// <summary>
/// What models cost, as of a date. A completion with tokens and no cost gets its cost from here; a model that is not in the table is
/// unpriced, never free.
/// </summary>
public sealed class PriceTable
{
    private const long TokensPerPrice = 1_000_000;
    private const string FastMode = "-fast";
    private const string Separators = "-@:._";
    private static readonly string[] WordsOfSamePrice = ["latest", "preview", "thinking", "minimal", "low", "medium", "high", "exp", "v1", "v2"];
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private readonly FrozenDictionary<string, ModelPrice> _prices;
    private readonly string[] _longestFirst;

    internal PriceTable(DateOnly asOf, IReadOnlyDictionary<string, ModelPrice> prices)
    {
        AsOf = asOf;
        _prices = prices.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _longestFirst = [.. prices.Keys.OrderByDescending(k => k.Length)];
    }

    /// <summary>The prices that come with the program.</summary>
    public static PriceTable Embedded { get; } = LoadEmbedded();

    /// <summary>The day these prices were looked up.</summary>
    public DateOnly AsOf { get; }

    /// <summary>Reads a table of the shape of <c>prices.json</c>.</summary>
    /// <exception cref="InvalidDataException">An entry breaks a rule; the message names both.</exception>
    public static PriceTable Load(Stream json) => PriceTableReader.Read(json);

    /// <summary>This table with the entries of another in front; the date is the other's.</summary>
    public PriceTable OverriddenBy(PriceTable other)
    {
        var prices = new Dictionary<string, ModelPrice>(_prices, StringComparer.OrdinalIgnoreCase);
        foreach (var (model, price) in other._prices) prices[model] = price;
        return new PriceTable(other.AsOf, prices);
    }

    /// <summary>
    /// The price of a model: its exact name, then the name without the provider before a slash or, in words of letters, before dots, then
    /// the longest entry it starts with, if what follows is a date or a word that changes no price, such as <c>latest</c> or <c>high</c>.
    /// <c>us.anthropic.claude-sonnet-4-5-20250929-v1:0</c> is <c>claude-sonnet-4-5</c>; <c>gpt-4o</c> is not <c>gpt-4</c>, and
    /// <c>claude-sonnet-4-5</c> is not <c>claude-sonnet-4</c>. A name that ends in <c>-fast</c> and is not in the table is that of the
    /// model's fast mode, if its entry says what that costs.
    /// </summary>
    public ModelPrice? Find(string model)
    {
        if (_prices.TryGetValue(model, out var exact)) return exact;
        var name = WithoutProvider(model[(model.LastIndexOf('/') + 1)..]);
        if (_prices.TryGetValue(name, out var bare)) return bare;
        return name.EndsWith(FastMode, StringComparison.OrdinalIgnoreCase) ? FindVersion(name[..^FastMode.Length])?.Fast() : FindVersion(name);
    }

    private ModelPrice? FindVersion(string name)
    {
        if (_prices.TryGetValue(name, out var exact)) return exact;
        var key = Array.Find(_longestFirst, k => IsVersionOf(name, k));
        return key is null ? null : _prices[key];
    }

    /// <summary>The cost of a completion in millionths of a US dollar, rounded once, half up.</summary>
    /// <returns>Null when the model is unpriced or neither its input nor its output is known.</returns>
    public long? CostUsdMicros(Completion completion)
    {
        if (completion.ActualInputTokens is null && completion.ActualOutputTokens is null) return null;
        if (Find(completion.Model) is not { } price) return null;
        return ToMicros(price.OfMany(completion.ActualInputTokens ?? 0, completion.ActualOutputTokens ?? 0,
            completion.CacheReadTokens ?? 0, completion.CacheWriteTokens ?? 0));
    }

    /// <summary>A sum of <see cref="ModelPrice.OfRequest"/> in millionths of a US dollar, rounded half up.</summary>
    public static long ToMicros(Int128 sum) => (long)Int128.Min((sum + (TokensPerPrice / 2)) / TokensPerPrice, long.MaxValue);

    // "us.anthropic.claude-x" is served by another, "gpt-4.1" is a version.
    private static string WithoutProvider(string name)
    {
        for (int dot; (dot = name.IndexOf('.')) > 0 && name.AsSpan(0, dot).IndexOfAnyExcept(Letters) < 0;) name = name[(dot + 1)..];
        return name;
    }

    private static bool IsVersionOf(string name, string key)
    {
        if (name.Length <= key.Length + 1 || !name.StartsWith(key, StringComparison.OrdinalIgnoreCase)) return false;
        if (!Separators.Contains(name[key.Length])) return false;
        var rest = name.AsSpan(key.Length + 1);
        var end = rest.IndexOfAny(Separators);
        var part = end < 0 ? rest : rest[..end];
        // A short number would be the next part of the version; a date is longer. Any other word may be a sibling with its own price.
        return part.ContainsAnyExceptInRange('0', '9') ? IsSamePrice(part) : part.Length >= 6 || IsYear(part);
    }

    private static bool IsSamePrice(ReadOnlySpan<char> word)
    {
        foreach (var known in WordsOfSamePrice)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    private static bool IsYear(ReadOnlySpan<char> digits) => digits.Length == 4 && digits.StartsWith("20");

    private static PriceTable LoadEmbedded()
    {
        using var json = typeof(PriceTable).Assembly.GetManifestResourceStream("PipelineMetrics.Pricing.prices.json")!;
        return Load(json);
    }
}
