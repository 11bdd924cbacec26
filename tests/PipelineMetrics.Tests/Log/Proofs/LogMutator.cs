namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>Damages the files of a log as hands, tools and bad disks do; the same seed does the same.</summary>
internal sealed class LogMutator(SimDisk disk, string[] files, Random random)
{
    private const int LongestPiece = 5000;

    /// <summary>One to four changes.</summary>
    public void Mutate()
    {
        for (var left = random.Next(1, 5); left > 0; left--)
            MutateOnce();
    }

    private void MutateOnce()
    {
        var file = Any();
        if (!disk.Exists(file))
            return;
        switch (random.Next(12))
        {
            case 0:
                disk.Remove(file);
                break;
            case 1:
                disk.Put(file, ContentOf(Any()));
                break;
            default:
                disk.Put(file, Change(ContentOf(file)));
                break;
        }
    }

    private byte[] Change(byte[] content)
    {
        var at = random.Next(content.Length + 1);
        var to = Math.Min(content.Length, at + random.Next(LongestPiece));
        return random.Next(9) switch
        {
            0 => FlipBits(content, random.Next(1, 9)),
            1 => content[..at],
            2 => [.. content[..at], .. content[to..]],
            3 => [.. content[..at], .. Noise(random.Next(LongestPiece)), .. content[at..]],
            4 => [.. content[..at], .. content[at..to], .. content[at..]],
            5 => [.. content[..at], .. Piece(ContentOf(Any())), .. content[at..]],
            6 => [.. content[..at], .. Piece(ContentOf(Any())), .. content[to..]],
            7 => [.. content[..at], .. new byte[to - at], .. content[to..]],
            _ => ChangeLines(content),
        };
    }

    /// <summary>Whole lines move: harder to notice than broken ones.</summary>
    private byte[] ChangeLines(byte[] content)
    {
        var ends = Enumerable.Range(0, content.Length).Where(i => content[i] == (byte)'\n').Select(i => i + 1).Prepend(0).ToArray();
        var (from, to, target) = (ends[random.Next(ends.Length)], ends[random.Next(ends.Length)], ends[random.Next(ends.Length)]);
        var piece = content[Math.Min(from, to)..Math.Max(from, to)];
        return random.Next(3) switch
        {
            0 => [.. content[..target], .. piece, .. content[target..]],
            1 => [.. content[..Math.Min(from, to)], .. content[Math.Max(from, to)..]],
            _ => content[..target],
        };
    }

    private byte[] FlipBits(byte[] content, int count)
    {
        var copy = content.ToArray();
        for (; count > 0 && copy.Length > 0; count--)
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Piece(byte[] content)
    {
        var at = random.Next(content.Length + 1);
        return content[at..Math.Min(content.Length, at + random.Next(LongestPiece))];
    }

    private string Any() => LogBench.PathOf(files[random.Next(files.Length)]);

    private byte[] ContentOf(string path) => disk.Exists(path) ? disk.Read(path) : [];
}
