using System.Net;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Alerting;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>One attempt against receivers of every kind.</summary>
public sealed class WebhookSenderTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset At = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task It_arrives_signed_as_json()
    {
        await using var receiver = new WebhookReceiver();
        var message = AlertBench.Message("msg_1", At);
        (await SendAsync(receiver.Url, message)).IsDelivered.ShouldBeTrue();
        var got = receiver.Received.Single();
        got.Path.ShouldBe("/hook/secret-path");
        got.Id.ShouldBe("msg_1");
        got.Body.ShouldBe(message.Body);
        got.Headers["content-type"].ShouldBe("application/json; charset=utf-8");
        WebhookSignature.TryReadSecret(Secret, out var key);
        got.Headers["webhook-signature"].ShouldBe(WebhookSignature.Of([key], "msg_1", long.Parse(got.Headers["webhook-timestamp"]), got.Body));
        got.Headers.Keys.ShouldNotContain("traceparent");
    }

    [Theory]
    [InlineData(200, "", true, null), InlineData(299, "", true, null), InlineData(500, "", false, "answered 500"), InlineData(404, "", false, "answered 404")]
    [InlineData(429, "Retry-After: 77\r\n", false, "answered 429"), InlineData(302, "Location: http://169.254.169.254/\r\n", false, "answered 302; redirects are not followed")]
    public async Task Only_a_2xx_counts_and_no_redirect_is_followed(int status, string headers, bool isDelivered, string? reason)
    {
        await using var receiver = new WebhookReceiver(_ => WebhookReceiver.Answer(status, headers));
        var outcome = await SendAsync(receiver.Url);
        (outcome.IsDelivered, outcome.Status, outcome.Reason).ShouldBe((isDelivered, status, reason));
        outcome.RetryAfter.ShouldBe(status == 429 ? TimeSpan.FromSeconds(77) : null);
        receiver.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_chain_of_redirects_ends_at_the_first()
    {
        await using var second = new WebhookReceiver();
        await using var first = new WebhookReceiver(_ => WebhookReceiver.Answer(307, $"Location: {second.Url}\r\n"));
        (await SendAsync(first.Url)).Status.ShouldBe(307);
        second.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_hangs_resets_or_is_not_there_is_an_outcome_without_an_answer()
    {
        await using var hanging = new WebhookReceiver(WebhookReceiver.HangAsync);
        (await SendAsync(hanging.Url, timeout: 0.3)).Reason.ShouldBe("no answer within 0.3 s");
        await using var resetting = new WebhookReceiver((_, socket, _) =>
        {
            socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
            socket.Dispose();
            return Task.CompletedTask;
        });
        (await SendAsync(resetting.Url)).ShouldSatisfyAllConditions(o => o.Status.ShouldBeNull(), o => o.Error.ShouldNotBeNull());
        var gone = new WebhookReceiver();
        await gone.DisposeAsync();
        (await SendAsync(gone.Url)).Error.ShouldNotBeNull().ShouldNotContain("secret-path");
    }

    [Fact]
    public async Task A_head_that_drips_is_cut_off_and_a_body_that_drips_changes_nothing()
    {
        await using var head = new WebhookReceiver((_, socket, end) => DripAsync(socket, "HTTP/1.1 200 OK\r\nX: " + new string('x', 10_000), end));
        (await SendAsync(head.Url, timeout: 0.5)).Reason.ShouldBe("no answer within 0.5 s");
        await using var body = new WebhookReceiver(async (_, socket, end) =>
        {
            await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), end);
            await DripAsync(socket, new string('x', 10_000), end);
        });
        (await SendAsync(body.Url, timeout: 0.5)).IsDelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_a_huge_answer_hardly_more_than_64_KiB_are_taken()
    {
        var sent = 0L;
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new WebhookReceiver(async (_, socket, end) =>
        {
            try
            {
                await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"u8.ToArray(), end);
                var piece = new byte[64 << 10];
                while (true) sent += await socket.SendAsync(piece, end);
            }
            finally
            {
                left.SetResult();
            }
        });
        (await SendAsync(receiver.Url, timeout: 30)).IsDelivered.ShouldBeTrue();
        await left.Task;
        // What the system buffers on the way may be some megabytes.
        sent.ShouldBeLessThan(64L << 20);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_refused_at_the_connection()
    {
        await using var receiver = new WebhookReceiver();
        foreach (var address in new[] { "127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::7f00:1" })
        {
            using var sender = new WebhookSender(new NotificationOptions(), TimeProvider.System, (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }));
            var outcome = await sender.SendAsync(AlertBench.Target("a", $"http://innocent.example:{receiver.Port}/"), AlertBench.Message("msg_1", At), default);
            outcome.Reason.ShouldBe("its name leads to no public address, and private ones are not allowed", address);
        }
        receiver.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_changes_after_it_was_judged_changes_nothing()
    {
        await using var receiver = new WebhookReceiver();
        var asked = 0;
        var connection = new CheckedConnection(allowsPrivate: false, (_, _) => Task.FromResult(new[]
        {
            IPAddress.Parse(asked++ == 0 ? "93.184.216.34" : "127.0.0.1"), IPAddress.Parse("10.0.0.1"),
        }));
        (await connection.AddressesOfAsync("rebinding.example", default)).ShouldBe([IPAddress.Parse("93.184.216.34")], "what is judged is what is connected to");
        await Should.ThrowAsync<ForbiddenAddressException>(() => connection.AddressesOfAsync("rebinding.example", default));
        asked.ShouldBe(2);
        await Should.ThrowAsync<ForbiddenAddressException>(() => connection.AddressesOfAsync("127.0.0.1", default));
        asked.ShouldBe(2, "an address is not looked up");
    }

    [Fact]
    public async Task The_next_address_of_a_name_is_tried_when_one_does_not_answer()
    {
        await using var receiver = new WebhookReceiver();
        using var sender = new WebhookSender(
            new NotificationOptions { AllowPrivateAddresses = true }, TimeProvider.System, (_, _) => Task.FromResult(new[] { IPAddress.Parse("127.0.0.2"), IPAddress.Loopback }));
        (await sender.SendAsync(AlertBench.Target("a", $"http://two.example:{receiver.Port}/"), AlertBench.Message("msg_1", At), default)).IsDelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task It_ends_when_it_is_cancelled()
    {
        await using var receiver = new WebhookReceiver(WebhookReceiver.HangAsync);
        using var stop = new CancellationTokenSource();
        using var sender = new WebhookSender(new NotificationOptions { AllowPrivateAddresses = true }, TimeProvider.System);
        var sending = sender.SendAsync(AlertBench.Target("a", receiver.Url), AlertBench.Message("msg_1", At), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending);
    }

    [Fact]
    public void Slack_gets_its_own_shape_with_nothing_that_means_something_to_it()
    {
        AlertBench.Target("s", "https://hooks.slack.com/services/T/B/x").IsSlack.ShouldBeTrue();
        AlertBench.Target("s", "https://hooks.slack.com./services/T/B/x").IsSlack.ShouldBeTrue();
        AlertBench.Target("s", "https://example.com/hooks.slack.com").IsSlack.ShouldBeFalse();
        var body = WebhookBody.Of(WebhookTypes.HealthDegraded, At, "<!channel> & <https://evil.example|click>", new string('é', 5000));
        var slack = JsonElement.Parse(SlackBody.Of(new WebhookMessage("msg_1", WebhookTypes.HealthDegraded, At, body)));
        slack.GetProperty("text").GetString().ShouldBe("health_degraded: &lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;");
        var blocks = slack.GetProperty("blocks").EnumerateArray().Select(b => b.GetProperty("text").GetProperty("text").GetString()!).ToList();
        blocks.ShouldAllBe(text => text.Length <= 3000 && !text.Contains('<'));
        slack.EnumerateObject().Select(member => member.Name).ShouldBe(["text", "blocks"]);
    }

    [Fact]
    public void A_target_shows_its_host_and_nothing_secret()
    {
        var target = AlertBench.Target("a", "https://hooks.slack.com/services/T000/B000/secret?key=secret");
        target.Shown.ShouldBe("https://hooks.slack.com");
        target.ToString().ShouldNotContain("secret");
        AlertBench.Target("a", "http://example.com:8080/secret").Shown.ShouldBe("http://example.com:8080");
    }

    private static async Task DripAsync(System.Net.Sockets.Socket socket, string text, CancellationToken end)
    {
        foreach (var letter in Encoding.ASCII.GetBytes(text))
        {
            await socket.SendAsync(new[] { letter }, end);
            await Task.Delay(50, end);
        }
    }

    private static async Task<DeliveryOutcome> SendAsync(string url, WebhookMessage? message = null, double timeout = 30)
    {
        WebhookSignature.TryReadSecret(Secret, out var key);
        using var sender = new WebhookSender(new NotificationOptions { AllowPrivateAddresses = true, Timeout = TimeSpan.FromSeconds(timeout) }, TimeProvider.System);
        var target = new WebhookTarget("a", new Uri(url), [key], WebhookTypes.All);
        return await sender.SendAsync(target, message ?? AlertBench.Message("msg_1", At), CancellationToken.None);
    }
}
