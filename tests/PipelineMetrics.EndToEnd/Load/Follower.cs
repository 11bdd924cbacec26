using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace PipelineMetrics.EndToEnd.Load;

/// <summary>Somebody who listens to the history, and comes back with the last number it has when the connection ends.</summary>
internal sealed class Follower
{
    private const string Events = "/api/agent/events";
    private readonly List<(long Seq, string Json)> _lines = [];
    private readonly List<(long From, long To)> _gaps = [];

    /// <summary>What was received, in its order.</summary>
    public IReadOnlyList<(long Seq, string Json)> Lines => _lines;

    /// <summary>What it was told it misses.</summary>
    public IReadOnlyList<(long From, long To)> Gaps => _gaps;

    /// <summary>How often it was connected.</summary>
    public int Connections { get; private set; }

    /// <summary>How often the connection was cut, or there was none.</summary>
    public int Breaks { get; private set; }

    /// <summary>The last number it has or was told it misses.</summary>
    public long Last { get; private set; }

    /// <summary>Listens as a browser does, until the connection ends or enough has come.</summary>
    /// <param name="http">Where to.</param>
    /// <param name="until">The number that is enough.</param>
    /// <param name="reads">Done when it begins to read what it is sent; null for at once.</param>
    public Task ListenAsync(HttpClient http, long until = long.MaxValue, Task? reads = null) => ConnectedAsync(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Events}/stream?cursor=0");
        if (Last > 0) request.Headers.Add("Last-Event-ID", Last.ToString(CultureInfo.InvariantCulture));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Connections++;
        await (reads ?? Task.CompletedTask);
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            if (item.EventType == "gap") Miss(JsonSerializer.Deserialize<JsonElement>(item.Data));
            else Take(long.Parse(item.EventId!, CultureInfo.InvariantCulture), item.Data);
            if (Last >= until) return;
        }
    });

    /// <summary>Reads line after line, until the connection ends or enough has come.</summary>
    public Task ReadAsync(HttpClient http, long until = long.MaxValue) => ConnectedAsync(async () =>
    {
        using var response = await http.GetAsync($"{Events}?follow=true&cursor={Last}", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Connections++;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (Last < until && await lines.ReadLineAsync() is { } line)
        {
            // Empty is a heartbeat; what the end of the connection cut comes again.
            if (line.EndsWith('}') && TryReadSeq(line) is { } seq) Take(seq, line);
        }
    });

    private async Task ConnectedAsync(Func<Task> listen)
    {
        try
        {
            await listen();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The service is gone; whoever listens comes back.
            Breaks++;
        }
    }

    private static long? TryReadSeq(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(line).GetProperty("seq").GetInt64();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Take(long seq, string json)
    {
        _lines.Add((seq, json));
        Last = seq;
    }

    private void Miss(JsonElement gap)
    {
        _gaps.Add((gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
        Last = _gaps[^1].To;
    }
}
