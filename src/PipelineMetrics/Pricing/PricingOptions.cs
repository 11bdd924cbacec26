namespace PipelineMetrics.Pricing;

/// <summary>Where prices come from.</summary>
public sealed class PricingOptions
{
    /// <summary>A price table of one's own, whose entries go before the built-in ones.</summary>
    /// <value>Path of a JSON file, default empty: only the built-in table.</value>
    public string File { get; set; } = "";

    /// <summary>The built-in table with the entries of <see cref="File"/> in front.</summary>
    /// <exception cref="InvalidDataException">The file breaks a rule, or cannot be read.</exception>
    public PriceTable LoadTable()
    {
        if (File.Length == 0) return PriceTable.Embedded;
        try
        {
            using var json = System.IO.File.OpenRead(File);
            return PriceTable.Embedded.OverriddenBy(PriceTable.Load(json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The price table '{File}' cannot be read: {e.Message}", e);
        }
    }
}
