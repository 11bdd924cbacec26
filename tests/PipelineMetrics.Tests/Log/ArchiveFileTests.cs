using System.IO.Compression;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log;

public sealed class ArchiveFileTests
{
    private const string Path = "/log/archive/a.gz";
    private readonly SimDisk _disk = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ArchiveFormat.PartBytes)]
    [InlineData(ArchiveFormat.PartBytes + 1)]
    [InlineData((3 * ArchiveFormat.PartBytes) + 12345)]
    public void Every_byte_is_where_it_was(int length)
    {
        var content = Packed(length);

        using var file = ArchiveFile.Open(_disk, Path);

        file.Length.ShouldBe(length);
        var random = new Random(length);
        for (var i = 0; i < 50; i++)
        {
            var from = random.Next(length + 1);
            var buffer = new byte[random.Next(1, 2 * ArchiveFormat.PartBytes)];
            var got = WholeFile.ReadFully(file, buffer, from);
            got.ShouldBe(Math.Min(buffer.Length, length - from));
            buffer.AsSpan(0, got).SequenceEqual(content.AsSpan(from, got)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Any_gzip_unpacks_it()
    {
        var content = Packed((2 * ArchiveFormat.PartBytes) + 77);
        using var unpacked = new MemoryStream();

        using (var gzip = new GZipStream(new MemoryStream(_disk.Read(Path)), CompressionMode.Decompress))
            gzip.CopyTo(unpacked);

        unpacked.ToArray().ShouldBe(content);
    }

    [Fact]
    public void No_byte_of_it_can_change_unnoticed()
    {
        var content = Packed(5000);
        var archive = _disk.Read(Path);
        for (var at = 0; at < archive.Length; at++)
        {
            var changed = (byte[])archive.Clone();
            changed[at] ^= 0x40;
            _disk.Put(Path, changed);
            (ReadOrNull() is not { } read || read.AsSpan().SequenceEqual(content)).ShouldBeTrue($"byte {at}");
        }
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void What_is_no_archive_of_ours_is_refused(byte[] content)
    {
        _disk.Put(Path, content);

        Should.Throw<DiskException>(() => ArchiveFile.Open(_disk, Path)).Operation.ShouldBe("unpack");
    }

    private byte[]? ReadOrNull()
    {
        try
        {
            using var file = ArchiveFile.Open(_disk, Path);
            var content = new byte[file.Length];
            return content[..WholeFile.ReadFully(file, content, 0)];
        }
        catch (DiskException)
        {
            return null;
        }
    }

    private byte[] Packed(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        content.AsSpan(0, length / 2).Fill((byte)'x');
        using var file = _disk.Open(Path, FileUse.Replace);
        using var writer = new ArchiveWriter(file);
        for (var at = 0; at < length; at += 100_000)
            writer.Append(content.AsSpan(at, Math.Min(100_000, length - at)));
        writer.Finish();
        (writer.PlainBytes, writer.Bytes).ShouldBe((length, _disk.Read(Path).Length));
        return content;
    }
}
