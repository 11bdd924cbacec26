using System.Net;
using System.Net.Sockets;

namespace PipelineMetrics.Alerting;

/// <summary>Which addresses are on the public internet: what a name resolves to decides, not how it is written.</summary>
internal static class PublicAddresses
{
    // The special-purpose registries of IANA (RFC 6890 and later), multicast and the reserved upper end.
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    // Everything public is in here; loopback, local addresses, multicast and the translated IPv4 of 64:ff9b::/96 are not.
    private static readonly IPNetwork Unicast6 = IPNetwork.Parse("2000::/3");

    // Special purposes (Teredo and benchmarks among them), documentation, and 6to4, which holds an IPv4 address.
    private static readonly IPNetwork[] NotPublic6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];

    /// <summary>Whether the address is public. An IPv4 address inside an IPv6 one counts as what it is.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(NotPublic4, network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => Unicast6.Contains(address) && !Array.Exists(NotPublic6, network => network.Contains(address)),
            _ => false,
        };
    }
}
