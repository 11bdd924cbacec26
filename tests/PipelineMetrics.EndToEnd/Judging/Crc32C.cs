namespace PipelineMetrics.EndToEnd.Judging;

/// <summary>CRC-32C from its definition, bit by bit: slow, and no relation of the one under test.</summary>
internal static class Crc32C
{
    private const uint ReversedPolynomial = 0x82F63B78;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ ReversedPolynomial;
        }
        return ~crc;
    }
}
