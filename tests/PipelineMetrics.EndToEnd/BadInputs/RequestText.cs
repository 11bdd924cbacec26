using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>
/// Bytes of a request as text. Everything stands for itself in UTF-8, also a backslash, except:
/// <list type="bullet">
/// <item><c>\xHH</c>: one byte;</item>
/// <item><c>${pad:N:text}</c>: the text N times; <c>${each:N:text}</c>: the same with the numbers 1 to N in place of <c>#</c>;</item>
/// <item><c>${gzip:text}</c> <c>${deflate:text}</c> <c>${br:text}</c>: compressed; <c>${cut:N:text}</c>: without its last N bytes;</item>
/// <item><c>${chunked:text}</c>: as the chunks of a body, with the last one; <c>${now:N}</c>: the time in N seconds.</item>
/// </list>
/// Texts nest, so braces inside a directive must pair (<c>\x7B</c> where one stands alone). <c>N</c> may be <c>20000/1000000</c>: little
/// in every run, much where much is tried.
/// </summary>
internal static class RequestText
{
    private const int ChunkBytes = 16 << 10;
    private const int BlockBytes = 64 << 10;

    public static byte[] ToBytes(string text)
    {
        using var bytes = new MemoryStream();
        Write(text, bytes);
        return bytes.ToArray();
    }

    private static void Write(string text, Stream to)
    {
        for (var at = 0; at < text.Length;)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith("\\x"))
            {
                to.WriteByte(byte.Parse(rest[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += 4;
            }
            else if (rest.StartsWith("${"))
            {
                var end = EndOfDirective(text, at);
                WriteDirective(text[(at + 2)..end], to);
                at = end + 1;
            }
            else
            {
                var next = text.AsSpan(at + 1).IndexOfAny('\\', '$');
                var end = next < 0 ? text.Length : at + 1 + next;
                to.Write(Encoding.UTF8.GetBytes(text[at..end]));
                at = end;
            }
        }
    }

    private static int EndOfDirective(string text, int at)
    {
        var depth = 0;
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return i;
        }
        throw new FormatException($"A directive has no end: {text[at..]}");
    }

    private static void WriteDirective(string directive, Stream to)
    {
        var (name, rest) = Split(directive);
        switch (name)
        {
            case "pad": WriteRepeated(rest, to); break;
            case "each": WriteNumbered(rest, to); break;
            case "gzip": Compress(new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true), rest); break;
            case "deflate": Compress(new ZLibStream(to, CompressionLevel.Fastest, leaveOpen: true), rest); break;
            case "br": Compress(new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true), rest); break;
            case "cut": WriteCut(rest, to); break;
            case "chunked": WriteChunks(ToBytes(rest), to); break;
            case "now": Write(TimeIn(double.Parse(rest, CultureInfo.InvariantCulture)), to); break;
            default: throw new FormatException($"'{name}' is no directive.");
        }
    }

    private static void WriteRepeated(string directive, Stream to)
    {
        var (count, text) = Count(directive);
        var unit = ToBytes(text);
        var inBlock = Math.Max(1, BlockBytes / unit.Length);
        var block = new byte[inBlock * unit.Length];
        for (var i = 0; i < inBlock; i++) unit.CopyTo(block, i * unit.Length);
        for (; count >= inBlock; count -= inBlock) to.Write(block);
        to.Write(block.AsSpan(0, count * unit.Length));
    }

    private static void WriteNumbered(string directive, Stream to)
    {
        var (count, text) = Count(directive);
        for (var i = 1; i <= count; i++) Write(text.Replace("#", $"{i}", StringComparison.Ordinal), to);
    }

    private static void WriteCut(string directive, Stream to)
    {
        var (count, text) = Count(directive);
        to.Write(ToBytes(text).AsSpan()[..^count]);
    }

    private static void Compress(Stream encoder, string text)
    {
        using (encoder) Write(text, encoder);
    }

    private static void WriteChunks(ReadOnlySpan<byte> bytes, Stream to)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(ChunkBytes, bytes.Length)..])
        {
            var chunk = bytes[..Math.Min(ChunkBytes, bytes.Length)];
            to.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            to.Write(chunk);
            to.Write("\r\n"u8);
        }
        to.Write("0\r\n\r\n"u8);
    }

    private static string TimeIn(double seconds) =>
        DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static (int Count, string Text) Count(string directive)
    {
        var (count, text) = Split(directive);
        var counts = count.Split('/').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture)).ToList();
        return (ProofSize.Cases(counts[0], counts[^1]), text);
    }

    private static (string Word, string Text) Split(string directive)
    {
        var colon = directive.IndexOf(':');
        return colon < 0 ? throw new FormatException($"'{directive}' is no directive.") : (directive[..colon], directive[(colon + 1)..]);
    }
}
