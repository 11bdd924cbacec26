using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace PipelineMetrics.Benchmarks;

/// <summary>The records as files: what is sent, what a service has made of it.</summary>
internal static class Records
{
    private const int BodyBytes = 20_000_000;
    private static readonly Dictionary<bool, string> Loaded = [];

    /// <summary>One record a line, written when it is asked for first.</summary>
    public static string FileOf(Bench bench, bool withIds)
    {
        var name = Path.Combine(bench.WorkDirectory, withIds ? "records-with-ids.jsonl" : "records.jsonl");
        if (File.Exists(name)) return name;
        bench.Say($"{bench.Options.Rows:N0} records are written");
        using var file = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        var line = new byte[400];
        foreach (var record in bench.Records(TimeSpan.FromDays(30)).Records())
        {
            var length = SampleData.Write(record, line, withIds);
            line[length] = (byte)'\n';
            file.Write(line, 0, length + 1);
        }
        return name;
    }

    /// <summary>A log that a service made of the records, stopped and complete; made when it is asked for first.</summary>
    public static async Task<string> LogOfAsync(Bench bench, bool withIds)
    {
        if (Loaded.TryGetValue(withIds, out var log)) return log;
        log = bench.NewDirectory("log");
        using var service = await Server.StartServiceAsync(log);
        await SendAsync(service, FileOf(bench, withIds));
        return Loaded[withIds] = log;
    }

    /// <summary>Bytes of the lines in a log.</summary>
    public static long BytesOf(string log) => Directory.EnumerateFiles(log, "*.jsonl").Sum(file => new FileInfo(file).Length);

    /// <summary>Sends the lines of a file as batches of 20 MB on one connection. Every answer says that all of it is stored.</summary>
    public static async Task SendAsync(Server server, string name)
    {
        using var file = File.OpenRead(name);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", server.Address.Port);
        var stream = client.GetStream();
        var body = new byte[BodyBytes];
        var kept = 0;
        while (true)
        {
            var filled = kept + await file.ReadAtLeastAsync(body.AsMemory(kept), body.Length - kept, throwOnEndOfStream: false);
            if (filled == 0) return;
            var length = body.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            await PostAsync(stream, body.AsMemory(0, length));
            body.AsSpan(length, filled - length).CopyTo(body);
            kept = filled - length;
        }
    }

    private static async Task PostAsync(NetworkStream stream, ReadOnlyMemory<byte> body)
    {
        var head = $"POST /{Wrk.Completions}/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: {body.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
        var answer = new byte[8192];
        var read = 0;
        var end = -1;
        while (end < 0 || read < end)
        {
            var got = await stream.ReadAsync(answer.AsMemory(read));
            if (got == 0) throw new IOException("The service hung up.");
            read += got;
            end = EndOf(answer.AsSpan(0, read));
        }
        if (!answer.AsSpan(0, read).StartsWith("HTTP/1.1 200"u8)) throw new IOException(Encoding.UTF8.GetString(answer, 0, read));
    }

    private static int EndOf(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return -1;
        var length = answer.IndexOf("Content-Length: "u8);
        if (length < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8) ? answer.Length : -1;
        return Utf8Parser.TryParse(answer[(length + 16)..], out int bytes, out _) ? head + 4 + bytes : throw new IOException("The answer has no length.");
    }
}
