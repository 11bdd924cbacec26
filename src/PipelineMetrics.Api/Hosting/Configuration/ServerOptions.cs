using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Api.Hosting.Configuration;

/// <summary>Section `server`: who can reach the service.</summary>
internal sealed class ServerOptions
{
    /// <summary>Allows binding to the network although nobody has to say who they are.</summary>
    /// <value>Default false: loopback only.</value>
    public bool AllowAnonymousNetwork { get; init; }

    /// <summary>Host names the service answers to besides loopback names, `*.example.com` included.</summary>
    /// <value>Default empty: loopback names on a loopback address, every name on a network address.</value>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>How often a key may ask; twice as much at once. Without keys nothing is limited.</summary>
    /// <value>Requests a second, default 1000, up to a million; 0: as often as it likes.</value>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; init; } = 1000;
}
