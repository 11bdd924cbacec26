using Microsoft.AspNetCore.Server.Kestrel.Core;
using PipelineMetrics.Api.Hosting.Access;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Hosting;

/// <summary>The web server: where it listens, what a slow or greedy peer may take, how long a stop may last.</summary>
internal static class Server
{
    /// <summary>For routes that set no limit of their own; also the limit of a decompressed body there.</summary>
    private const long DefaultBodyBytes = 30_000_000;

    /// <summary>What one connection may send before anybody asks for it.</summary>
    private const int BytesOfConnection = 128 << 10;

    /// <summary>Below the ten seconds that container runtimes grant before they kill.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);

    /// <exception cref="ConfigurationException">The address can be reached from the network and nothing allows that.</exception>
    public static void AddServer(this WebApplicationBuilder builder)
    {
        var addresses = ListenAddresses.Of(builder.Configuration);
        if (ApiKeyReader.Read(builder.Configuration).Count == 0) addresses.RefuseOpenNetwork(builder.OptionsOf<ServerOptions>());
        if (addresses.IsDefault) builder.WebHost.UseUrls(ListenAddresses.Default);

        builder.Services.AddSingleton(addresses);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.WebHost.ConfigureKestrel(Limit);
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = DefaultBodyBytes;
        kestrel.Limits.MaxRequestBufferSize = BytesOfConnection;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
