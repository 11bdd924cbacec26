using System.CommandLine;
using System.Net.Http.Headers;

namespace PipelineMetrics.Cli.Service;

/// <summary>What a command does with a log.</summary>
internal enum Use
{
    Read,
    Write,
}

/// <summary>The one way from a verb to a service, whether it runs elsewhere or in this process over a log directory.</summary>
internal sealed class ServiceConnection(HttpClient client, EmbeddedService? embedded, string name) : IAsyncDisposable
{
    /// <summary>How the service is called in messages.</summary>
    public string Name => name;

    /// <exception cref="CliException">There is nothing to connect to.</exception>
    public static Task<ServiceConnection> OpenAsync(ParseResult given, Shell shell, Use use, CancellationToken stop)
    {
        var target = Target.Of(given, shell);
        target.Announce(given, shell);
        return OpenAsync(target, use, stop);
    }

    /// <exception cref="CliException">There is nothing to connect to.</exception>
    public static async Task<ServiceConnection> OpenAsync(Target target, Use use, CancellationToken stop)
    {
        if (target.Log is { } directory)
        {
            var embedded = await EmbeddedService.StartAsync(directory, target.Config, use == Use.Write, stop);
            return new ServiceConnection(embedded.NewClient(), embedded, directory);
        }
        // A long answer may take its time; the patience is for its begin.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = target.Patience })
        {
            BaseAddress = target.Url,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (target.ApiKey is { } key) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return new ServiceConnection(client, null, target.Url!.ToString()) { Patience = target.Patience };
    }

    /// <summary>Null for as long as it takes.</summary>
    private TimeSpan? Patience { get; init; }

    /// <summary>Asks, and gives the whole answer; any answer that is no success is thrown.</summary>
    /// <param name="question">Path and query, from the root of the service.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="alsoFine">Status codes that are answers here, too.</param>
    /// <exception cref="CliException">No answer came, or a refusal.</exception>
    public async Task<byte[]> GetAsync(string question, CancellationToken stop, params int[] alsoFine)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, question.TrimStart('/'));
        using var answer = await SendAsync(request, stop);
        if (!answer.IsSuccessStatusCode && (Refusal.IsOne(answer) || !alsoFine.Contains((int)answer.StatusCode))) throw await Refusal.OfAsync(answer, stop);
        return await WithoutBreak(() => answer.Content.ReadAsByteArrayAsync(stop));
    }

    /// <summary>Sends a request; returns when the answer has begun, whatever it says.</summary>
    /// <param name="request">From the root of the service.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="isLong">Whether the answer may begin only when long work is done.</param>
    /// <exception cref="CliException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop, bool isLong = false)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (!isLong && Patience is { } patience) limit.CancelAfter(patience);
        try
        {
            return await WithoutBreak(() => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Unreachable, $"{name} did not answer within {Patience!.Value.TotalSeconds} s (--timeout-seconds)");
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (embedded is not null) await embedded.DisposeAsync();
    }

    private async Task<T> WithoutBreak<T>(Func<Task<T>> exchange)
    {
        try
        {
            return await exchange();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var why = (e.InnerException ?? e).Message;
            throw new CliException(ExitCodes.Unreachable, $"{name} cannot be reached: {why}. Is the service running? --log DIR reads a log without one.");
        }
    }
}
