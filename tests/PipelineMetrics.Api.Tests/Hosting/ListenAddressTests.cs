using Microsoft.Extensions.Configuration;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Fact]
    public void Without_a_word_it_is_loopback_5080()
    {
        var addresses = Of();
        addresses.IsDefault.ShouldBeTrue();
        addresses.All.ShouldBe(["http://localhost:5080"]);
        addresses.AreLocal.ShouldBeTrue();
    }

    [Fact]
    public void Endpoints_win_over_urls_and_urls_over_ports()
    {
        Of(("urls", "http://[::1]:1"), ("Kestrel:Endpoints:a:Url", "http://127.0.0.1:2")).All.ShouldBe(["http://127.0.0.1:2"]);
        Of(("urls", "http://[::1]:1; http://localhost:3"), ("http_ports", "4")).All.ShouldBe(["http://[::1]:1", "http://localhost:3"]);
        Of(("urls", ""), ("http_ports", "4;5"), ("https_ports", "6")).All.ShouldBe(["http://*:4", "http://*:5", "https://*:6"]);
    }

    [Theory]
    [InlineData("http://0.0.0.0:1"), InlineData("http://+:1"), InlineData("http://*:1"), InlineData("http://[::]:1"), InlineData("http://10.0.0.1:1")]
    [InlineData("http://my-machine:1"), InlineData("http://localhost:1;http://0.0.0.0:2"), InlineData("http://localhost.example:1")]
    public void An_address_the_network_can_reach_is_refused_unless_allowed(string urls)
    {
        Should.Throw<ConfigurationException>(() => Of(("urls", urls)).RefuseOpenNetwork(new ServerOptions())).Key.ShouldBe("urls");
        Should.NotThrow(() => Of(("urls", urls)).RefuseOpenNetwork(new ServerOptions { AllowAnonymousNetwork = true }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1"), InlineData("http://127.1.2.3:1"), InlineData("http://[::1]:1"), InlineData("http://LOCALHOST:1"), InlineData("http://unix:/tmp/x.sock")]
    public void Loopback_is_not_refused(string urls) => Should.NotThrow(() => Of(("urls", urls)).RefuseOpenNetwork(new ServerOptions()));

    [Fact]
    public void Nonsense_is_named() => Should.Throw<ConfigurationException>(() => Of(("urls", "localhost")).AreLocal).Value.ShouldBe("localhost");

    [Theory]
    [InlineData("http://+:5080", "http://127.0.0.1:5080/"), InlineData("http://[::]:1", "http://127.0.0.1:1/"), InlineData("https://localhost:7", "https://localhost:7/")]
    public void The_health_check_asks_on_loopback(string urls, string expected) => Of(("urls", urls)).FromHere().ToString().ShouldBe(expected);

    private static ListenAddresses Of(params (string Key, string Value)[] settings) => ListenAddresses.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
