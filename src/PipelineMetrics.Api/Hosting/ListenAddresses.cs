using System.Net;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Hosting;

/// <summary>
/// The addresses the server will bind, found the way the framework finds them: Kestrel endpoints, else urls, else ports, else our default.
/// A name other than localhost counts as open to the network, because only the resolver knows where it points.
/// </summary>
internal sealed class ListenAddresses
{
    public const string Default = "http://localhost:5080";

    private ListenAddresses(IReadOnlyList<string> all, bool isDefault)
    {
        All = all;
        IsDefault = isDefault;
    }

    public IReadOnlyList<string> All { get; }

    public bool IsDefault { get; }

    public bool AreLocal => All.All(IsLocal);

    /// <exception cref="ConfigurationException">An address cannot be read.</exception>
    public static ListenAddresses Of(IConfiguration configuration)
    {
        var named = configuration.GetSection("Kestrel:Endpoints").GetChildren();
        var endpoints = named.Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0) return new(endpoints, isDefault: false);

        var urls = Split(configuration["urls"]);
        if (urls.Count > 0) return new(urls, isDefault: false);

        List<string> ports = [.. Ports(configuration, "http"), .. Ports(configuration, "https")];
        return ports.Count > 0 ? new(ports, isDefault: false) : new([Default], isDefault: true);
    }

    /// <exception cref="ConfigurationException">An address is not loopback and the server options do not allow it.</exception>
    public void RefuseOpenNetwork(ServerOptions server)
    {
        if (server.AllowAnonymousNetwork || All.FirstOrDefault(address => !IsLocal(address)) is not { } open) return;
        throw new ConfigurationException("urls", "must be a loopback address unless there are server.api_keys, or server.allow_anonymous_network is true", open);
    }

    /// <summary>Where this machine reaches the first address: a wildcard is asked on loopback.</summary>
    public Uri FromHere()
    {
        var address = Parse(All[0]);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port, address.PathBase).Uri;
    }

    private static bool IsLocal(string url)
    {
        var address = Parse(url);
        if (address.IsUnixPipe || address.IsNamedPipe) return true;
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip);
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new ConfigurationException("urls", "must be an address such as http://localhost:5080", url);
        }
    }

    private static IEnumerable<string> Ports(IConfiguration configuration, string scheme) =>
        Split(configuration[$"{scheme}_ports"]).Select(port => $"{scheme}://*:{port}");

    private static List<string> Split(string? list) =>
        [.. (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
