using System.Net;
using PipelineMetrics.Alerting;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>Where no webhook goes, however the address is written.</summary>
public sealed class TargetAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1/"), InlineData("http://127.1/"), InlineData("http://2130706433/"), InlineData("http://0x7f000001/")]
    [InlineData("http://0177.0.0.1/"), InlineData("http://0/"), InlineData("http://[::1]/"), InlineData("http://[::]/")]
    [InlineData("http://[::ffff:127.0.0.1]/"), InlineData("http://localhost./"), InlineData("http://a.LOCALHOST/")]
    [InlineData("http://169.254.169.254/latest/meta-data"), InlineData("http://169.254.169.254./"), InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[64:ff9b::7f00:1]/"), InlineData("http://10.1.2.3/"), InlineData("http://172.31.0.1/"), InlineData("http://192.168.1.1/")]
    [InlineData("http://[fe80::1]/")]
    public void A_private_address_is_refused_and_allowed_when_the_settings_say_so(string text)
    {
        TargetAddress.Judge(text, allowsPrivate: false, out var url).ShouldNotBeNull().ShouldContain("local network");
        url.ShouldBeNull();
        TargetAddress.Judge(text, allowsPrivate: true, out url).ShouldBeNull();
        url.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("file:///etc/passwd", "must begin with"), InlineData("gopher://example.com/", "must begin with"), InlineData("ftp://example.com/", "must begin with")]
    [InlineData("http://example.com:22/", "must use port"), InlineData("http://example.com:1024/", "must use port"), InlineData("https://example.com:25/", "must use port")]
    [InlineData("http://user@169.254.169.254/", "user"), InlineData("https://user:secret@example.com/", "user"), InlineData("https://example.com/#x", "#")]
    [InlineData("/hook", "must "), InlineData("example.com/hook", "whole address"), InlineData("", "1 to"), InlineData("https://example.com/a\r\nX: y", "line ends")]
    [InlineData("https://exam ple.com/", "blanks"), InlineData("https://", "whole address")]
    [InlineData("http://①②⑦.⓪.⓪.①/", "ASCII"), InlineData("http://evil。com/", "ASCII"), InlineData("https://bücher.example/", "ASCII")]
    public void Anything_else_is_refused_even_where_private_addresses_are_allowed(string text, string rule)
    {
        TargetAddress.Judge(text, allowsPrivate: true, out var url).ShouldNotBeNull().ShouldContain(rule);
        url.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T/B/x"), InlineData("http://example.com:80/"), InlineData("https://example.com:8443/hook?key=1")]
    [InlineData("https://xn--bcher-kva.example/"), InlineData("http://93.184.216.34/"), InlineData("https://[2606:4700::1111]/")]
    public void A_public_address_is_taken(string text) => TargetAddress.Judge(text, allowsPrivate: false, out _).ShouldBeNull();

    [Theory]
    [InlineData("0.0.0.0"), InlineData("0.255.255.255"), InlineData("10.0.0.0"), InlineData("10.255.255.255"), InlineData("100.64.0.0"), InlineData("100.127.255.255")]
    [InlineData("127.0.0.0"), InlineData("127.255.255.255"), InlineData("169.254.0.0"), InlineData("169.254.255.255"), InlineData("172.16.0.0"), InlineData("172.31.255.255")]
    [InlineData("192.0.0.1"), InlineData("192.0.2.1"), InlineData("192.88.99.1"), InlineData("192.168.0.0"), InlineData("192.168.255.255"), InlineData("198.18.0.0")]
    [InlineData("198.19.255.255"), InlineData("198.51.100.1"), InlineData("203.0.113.1"), InlineData("224.0.0.1"), InlineData("239.255.255.255"), InlineData("240.0.0.1")]
    [InlineData("255.255.255.255"), InlineData("::"), InlineData("::1"), InlineData("::7f00:1"), InlineData("::ffff:10.0.0.1"), InlineData("64:ff9b::808:808")]
    [InlineData("64:ff9b:1::1"), InlineData("100::1"), InlineData("fc00::1"), InlineData("fdff::1"), InlineData("fe80::1%2"), InlineData("fec0::1"), InlineData("ff02::1")]
    [InlineData("2001::1"), InlineData("2001:2::1"), InlineData("2001:db8::1"), InlineData("2002:7f00:1::1"), InlineData("3fff::1"), InlineData("5f00::1")]
    public void An_address_for_a_special_purpose_is_not_public(string address) => PublicAddresses.Contains(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1"), InlineData("9.255.255.255"), InlineData("11.0.0.0"), InlineData("100.63.255.255"), InlineData("100.128.0.0"), InlineData("126.255.255.255")]
    [InlineData("128.0.0.1"), InlineData("169.253.255.255"), InlineData("169.255.0.0"), InlineData("172.15.255.255"), InlineData("172.32.0.0"), InlineData("192.167.255.255")]
    [InlineData("192.169.0.0"), InlineData("198.17.255.255"), InlineData("198.20.0.0"), InlineData("223.255.255.255"), InlineData("::ffff:8.8.8.8"), InlineData("2606:4700::1")]
    [InlineData("2001:4860::1"), InlineData("2003::1"), InlineData("3ffe::1")]
    public void The_addresses_beside_them_are(string address) => PublicAddresses.Contains(IPAddress.Parse(address)).ShouldBeTrue();
}
