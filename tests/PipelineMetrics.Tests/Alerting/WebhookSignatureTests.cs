using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.Alerting;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>Signatures as Standard Webhooks defines them, and what a receiver that checks them refuses.</summary>
public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBka";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

    [Fact]
    public void The_signature_is_that_of_the_standards_own_example() =>
        WebhookSignature.Of([Key(Secret)], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Body)
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public void While_a_secret_is_replaced_both_receivers_accept()
    {
        var header = WebhookSignature.Of([Key(Secret), Key(Other)], "msg_1", 100, Body);
        header.Split(' ').Length.ShouldBe(2);
        new Receiver(Key(Secret)).Accepts("msg_1", "100", header, Body).ShouldBeTrue();
        new Receiver(Key(Other)).Accepts("msg_1", "100", header, Body).ShouldBeTrue();
    }

    [Fact]
    public void A_receiver_refuses_what_is_old_changed_replayed_or_signed_by_others()
    {
        var header = WebhookSignature.Of([Key(Secret)], "msg_1", 100, Body);
        new Receiver(Key(Secret), now: 100 + 301).Accepts("msg_1", "100", header, Body).ShouldBeFalse("old");
        new Receiver(Key(Secret)).Accepts("msg_1", "101", header, Body).ShouldBeFalse("another time");
        new Receiver(Key(Secret)).Accepts("msg_1", "100", header, [.. Body, (byte)' ']).ShouldBeFalse("another body");
        new Receiver(Key(Secret)).Accepts("msg_2", "100", header, Body).ShouldBeFalse("another id");
        new Receiver(Key(Other)).Accepts("msg_1", "100", header, Body).ShouldBeFalse("another secret");
        var receiver = new Receiver(Key(Secret));
        receiver.Accepts("msg_1", "100", header, Body).ShouldBeTrue();
        receiver.Accepts("msg_1", "100", header, Body).ShouldBeFalse("replayed");
    }

    [Theory]
    [InlineData(""), InlineData("whsec_"), InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), InlineData("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY="), InlineData("whsec_not base64!")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\nX: y")]
    public void A_secret_is_at_least_24_bytes_and_is_not_told_when_it_is_none(string text)
    {
        var rule = WebhookSignature.TryReadSecret(text, out _).ShouldNotBeNull();
        rule.ShouldContain("24 to 64 bytes");
        if (text.Length > 10) rule.ShouldNotContain(text[6..]);
    }

    private static byte[] Key(string text)
    {
        WebhookSignature.TryReadSecret(text, out var key).ShouldBeNull();
        return key;
    }

    /// <summary>What a receiver does: the time is near, one of the signatures is ours, and the id was not there before.</summary>
    private sealed class Receiver(byte[] secret, long now = 100)
    {
        private readonly HashSet<string> _seen = [];

        public bool Accepts(string id, string timestamp, string signatures, byte[] body)
        {
            if (Math.Abs(now - long.Parse(timestamp, CultureInfo.InvariantCulture)) > 300) return false;
            byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
            var mine = "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
            return signatures.Split(' ').Any(one => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(mine)))
                && _seen.Add(id);
        }
    }
}
