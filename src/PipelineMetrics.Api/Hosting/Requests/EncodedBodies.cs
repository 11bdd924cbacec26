using System.IO.Compression;
using Microsoft.AspNetCore.RequestDecompression;

namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>
/// Compressed request bodies: gzip, brotli, deflate. The size limit of the route counts decompressed bytes (413),
/// and a body that is not what it says, or that ends too early, is the caller's error (400).
/// </summary>
internal static class EncodedBodies
{
    private static readonly Dictionary<string, Func<Stream, Stream>> Decoders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["gzip"] = raw => new GZipStream(raw, CompressionMode.Decompress),
        ["br"] = raw => new BrotliStream(raw, CompressionMode.Decompress),
        ["deflate"] = raw => new ZLibStream(raw, CompressionMode.Decompress),
    };

    public static IReadOnlySet<string> Names { get; } = Decoders.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);

    public static void AddEncodedBodies(this IServiceCollection services)
    {
        // Without it the runtime's decoders take a cut stream for a complete one.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        services.AddRequestDecompression(decompression =>
        {
            decompression.DecompressionProviders.Clear();
            foreach (var (name, decoder) in Decoders) decompression.DecompressionProviders.Add(name, new Provider(name, decoder));
        });
    }

    public static void UseEncodedBodies(this WebApplication app) => app.UseRequestDecompression();

    private sealed class Provider(string name, Func<Stream, Stream> decoder) : IDecompressionProvider
    {
        public Stream GetDecompressionStream(Stream stream)
        {
            var raw = new RawBody(stream);
            return new DecodedBody(decoder(raw), raw, name);
        }
    }
}
