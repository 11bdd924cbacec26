using System.Text.Json;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Cli.Service;

/// <summary>Reads the history as it goes on, without an end and without a gap: over a connection that was lost it comes back with its place.</summary>
/// <param name="service">The service.</param>
/// <param name="shell">Where it is said that the connection was lost.</param>
/// <param name="question">What to ask, from a place on; null for the begin of the range.</param>
internal sealed class HistoryFollower(ServiceConnection service, Shell shell, Func<string?, string> question)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Three times as long as a service says nothing when nothing happens.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    /// <summary>Takes each line until told to stop.</summary>
    /// <param name="cursor">Where to begin; null for the begin of the range, or for now.</param>
    /// <param name="hasRange">Whether a range says where to begin.</param>
    /// <param name="take">Takes a line as it stands in the log.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="CliException">The service could not be reached at first, or refused.</exception>
    public async Task RunAsync(string? cursor, bool hasRange, Action<string> take, CancellationToken stop)
    {
        var place = cursor ?? (hasRange ? null : await NewestAsync(stop));
        var answer = await OpenAsync(place, stop);
        while (!stop.IsCancellationRequested)
        {
            if (answer is not null)
            {
                place = await ReadAsync(answer, take, stop) ?? place;
                answer.Dispose();
                await shell.Error.WriteLineAsync($"{service.Name} ended the stream; asking again until it goes on");
            }
            await Task.Delay(Pause, shell.Clock, stop);
            answer = await TryOpenAsync(place, stop);
        }
    }

    /// <summary>The place behind everything there is, as a number, so that nothing is missed when the first connection breaks.</summary>
    private async Task<string> NewestAsync(CancellationToken stop)
    {
        var page = AnswerJson.Read<HistoryResponse>(await service.GetAsync($"{Routes.Events}?order=desc&limit=1", stop), service);
        return page.Items.Count > 0 && SeqOf(page.Items[0]) is { } seq ? seq : "latest";
    }

    private async Task<HttpResponseMessage> OpenAsync(string? place, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, question(place).TrimStart('/'));
        var answer = await service.SendAsync(request, stop);
        return answer.IsSuccessStatusCode ? answer : throw await Refusal.OfAsync(answer, stop);
    }

    private async Task<HttpResponseMessage?> TryOpenAsync(string? place, CancellationToken stop)
    {
        try
        {
            return await OpenAsync(place, stop);
        }
        catch (CliException e) when (e.ExitCode == ExitCodes.Unreachable)
        {
            return null;
        }
    }

    /// <returns>The place behind the last line; null when none came.</returns>
    private async Task<string?> ReadAsync(HttpResponseMessage answer, Action<string> take, CancellationToken stop)
    {
        string? place = null;
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
        while (await NextAsync(lines, stop) is { } line)
        {
            if (line.Length == 0) continue;
            if (!TrySeqOf(line, out var seq)) return place;
            take(line);
            await shell.Out.FlushAsync(stop);
            place = seq ?? place;
        }
        return place;
    }

    /// <returns>Null when the connection broke, or nothing came for so long that it must have.</returns>
    private static async Task<string?> NextAsync(StreamReader lines, CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(Silence);
        try
        {
            return await lines.ReadLineAsync(silence.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>A line that the end of a connection cut is no JSON; it comes again, whole.</summary>
    private static bool TrySeqOf(string line, out string? seq)
    {
        try
        {
            seq = SeqOf(JsonElement.Parse(line));
            return true;
        }
        catch (JsonException)
        {
            seq = null;
            return false;
        }
    }

    private static string? SeqOf(JsonElement line) => line.TryGetProperty("seq", out var seq) ? seq.GetRawText() : null;
}
