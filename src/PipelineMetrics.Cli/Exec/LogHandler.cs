using PipelineMetrics.Cli.Service;

namespace PipelineMetrics.Cli.Exec;

/// <summary>Carries requests to the service in this process, over a log directory that is opened for the first of them. While somebody
/// else writes the log it is as if nobody answered.</summary>
internal sealed class LogHandler(Target target) : HttpMessageHandler, IAsyncDisposable
{
    private EmbeddedService? _service;
    private HttpMessageInvoker? _invoker;

    public async ValueTask DisposeAsync()
    {
        _invoker?.Dispose();
        if (_service is not null) await _service.DisposeAsync();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            _service ??= await EmbeddedService.StartAsync(target.Log!, target.Config, mayWrite: true, cancellationToken);
            _invoker ??= new HttpMessageInvoker(_service.NewHandler());
            return await _invoker.SendAsync(request, cancellationToken);
        }
        catch (CliException e)
        {
            throw new HttpRequestException(e.Message);
        }
    }
}
