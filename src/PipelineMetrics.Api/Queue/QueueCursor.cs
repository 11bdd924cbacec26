using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Api.Queue;

/// <summary>
/// Where a page of the queue ended, and at which instant scores were compared: the next page goes on in the same order, although tasks
/// grow older meanwhile and those of the page before may be gone.
/// </summary>
/// <param name="RankedAt">The instant, whole milliseconds.</param>
/// <param name="After">The place of the last task of the page.</param>
internal sealed record QueueCursor(DateTimeOffset RankedAt, QueuePlace After)
{
    private const int MostChars = 1000;
    private static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>The cursor as callers have it; what is in it is none of their business.</summary>
    public override string ToString()
    {
        var (chain, task) = After.Task;
        var text = FormattableString.Invariant(
            $"{RankedAt.ToUnixTimeMilliseconds()} {After.Score} {After.CreatedAt.ToUnixTimeMilliseconds()} {chain?.Length ?? -1} {chain}{task}");
        return Base64Url.EncodeToString(Strict.GetBytes(text));
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string cursor, out QueueCursor? parsed)
    {
        parsed = null;
        if (cursor.Length > MostChars || TextOf(cursor)?.Split(' ', 5) is not { Length: 5 } parts) return false;
        if (!TryInstant(parts[0], out var rankedAt) || !TryInstant(parts[2], out var createdAt)) return false;
        if (!decimal.TryParse(parts[1], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score)) return false;
        if (!int.TryParse(parts[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var chain)) return false;
        if (chain < -1 || chain > parts[4].Length) return false;
        var key = chain < 0 ? new TaskKey(null, parts[4]) : new TaskKey(parts[4][..chain], parts[4][chain..]);
        parsed = new QueueCursor(rankedAt, new QueuePlace(score, createdAt, key));
        return true;
    }

    private static string? TextOf(string cursor)
    {
        try
        {
            return Base64Url.IsValid(cursor) ? Strict.GetString(Base64Url.DecodeFromChars(cursor)) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool TryInstant(string text, out DateTimeOffset instant)
    {
        instant = default;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms)) return false;
        if (ms < DateTimeOffset.MinValue.ToUnixTimeMilliseconds() || ms > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return false;
        instant = DateTimeOffset.FromUnixTimeMilliseconds(ms);
        return true;
    }
}
