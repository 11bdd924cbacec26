using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using PipelineMetrics.Api.Hosting.Access;
using PipelineMetrics.Api.Hosting.Configuration;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Api.Tests.Hosting;

/// <summary>Who may do what, once there are keys.</summary>
public sealed class AccessTests
{
    private const string Reader = "reader-key-0123456789";
    private const string Writer = "writer-key-0123456789";
    private const string Admin = "admin-key-0123456789";
    private const string Record = """{"task_id":"t","duration_seconds":1,"status":"completed"}""";

    [Fact]
    public async Task Without_a_key_nothing_is_told_and_nothing_is_stored()
    {
        await using var service = WithKeys();
        var client = await service.StartAsync();
        foreach (var path in new[] { Routes.Metrics, Routes.Tasks, "/", "/swagger/v1/swagger.json", "/swagger", "/nowhere" })
        {
            var answer = await client.Get(path);
            answer.Status.ShouldBe(HttpStatusCode.Unauthorized, path);
            answer.Code.ShouldBe("unauthorized");
            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer realm=\"pipeline-metrics\"");
        }
        (await client.Post(Record)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.Metrics("", Bearer(Reader)))["success_rate"].GetProperty("total").GetInt64().ShouldBe(0);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic cmVhZGVyLWtleTox")]
    [InlineData("reader-key-0123456789")]
    [InlineData("Bearer reader-key-012345678x")]
    [InlineData("Bearer reader-key")]
    [InlineData("Bearer reader-key-0123456789x")]
    [InlineData("Bearer READER-KEY-0123456789")]
    [InlineData("Bearer expired-key-0123456789")]
    public async Task A_wrong_key_is_no_key(string authorization)
    {
        await using var service = WithKeys();
        var answer = await (await service.StartAsync()).Metrics("", ("Authorization", authorization));
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
    }

    [Fact]
    public async Task A_key_in_the_address_is_none()
    {
        await using var service = WithKeys();
        (await (await service.StartAsync()).Metrics($"?api_key={Reader}")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_of_a_megabyte_and_two_keys_at_once_are_refused()
    {
        await using var service = WithKeys();
        var client = await service.StartAsync();
        (await client.Metrics("", Bearer(new string('x', 1 << 20)))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await client.Metrics("", Bearer(Reader), Bearer(Writer))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_key_does_what_it_has_a_right_to_and_no_more()
    {
        await using var service = WithKeys();
        var client = await service.StartAsync();
        (await client.Post(Record, Bearer(Writer))).Status.ShouldBe(HttpStatusCode.Created);
        (await client.Metrics("", Bearer(Reader))).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await client.Post(Record, Bearer(Reader));
        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Forbidden, "forbidden"));
        (await client.Metrics("", Bearer(Writer))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await client.Send(HttpMethod.Post, Routes.PipelineRefresh, null, null, Bearer(Writer))).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await client.Send(HttpMethod.Post, Routes.PipelineRefresh, null, null, Bearer(Admin))).Status.ShouldBe(HttpStatusCode.OK);
        (await client.Metrics("", Bearer(Admin))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whether_the_service_is_up_may_be_asked_by_everybody()
    {
        await using var service = WithKeys();
        var client = await service.StartAsync();
        (await client.Get("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await client.Get("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_floods_is_told_to_come_back_and_delays_nobody_else()
    {
        await using var service = WithKeys();
        service.Settings["server:requests_per_second"] = "5";
        var client = await service.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => client.Metrics("", Bearer(Reader))));
        var refused = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToList();
        refused.Count.ShouldBeInRange(1, 50);
        refused.ShouldAllBe(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.Code == "rate_limited" && answer.Headers.RetryAfter != null);
        (await client.Post(Record, Bearer(Writer))).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Who_guesses_keys_is_slowed_down_and_a_right_key_still_opens()
    {
        await using var service = WithKeys();
        var client = await service.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => client.Metrics("", Bearer($"guess-{i}"))));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Unauthorized || answer.Status == HttpStatusCode.TooManyRequests);
        answers.ShouldContain(answer => answer.Status == HttpStatusCode.TooManyRequests && answer.Code == "rate_limited");
        (await client.Metrics("", Bearer(Reader))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_that_is_taken_out_of_the_file_opens_nothing_any_more()
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-metrics-");
        var file = Path.Combine(folder.FullName, "settings.yaml");
        // As a secret is mounted: a link to a link, of which the second is another one after a change.
        await WriteAsync("1", Yaml(("first", Reader), ("second", Writer)));
        File.CreateSymbolicLink(file, Path.Combine("data", "settings.yaml"));
        var clock = new LaterClock();
        await using (var service = new ServiceUnderTest { Settings = { ["config"] = file }, Clock = clock })
        {
            var client = await service.StartAsync();
            (await client.Metrics("", Bearer(Reader))).Status.ShouldBe(HttpStatusCode.OK);

            await WriteAsync("2", Yaml(("second", Writer)));
            clock.Later += TimeSpan.FromSeconds(1);
            (await client.Metrics("", Bearer(Reader))).Status.ShouldBe(HttpStatusCode.Unauthorized);
            (await client.Metrics("", Bearer(Writer))).Status.ShouldBe(HttpStatusCode.OK);

            foreach (var unusable in new[] { "server: [broken", "", "server: { api_keys: [] }" })
            {
                await WriteAsync("3", unusable);
                clock.Later += TimeSpan.FromSeconds(1);
                (await client.Metrics("", Bearer(Writer))).Status.ShouldBe(HttpStatusCode.OK);
                (await client.Metrics("")).Status.ShouldBe(HttpStatusCode.Unauthorized);
            }
        }
        folder.Delete(recursive: true);

        async Task WriteAsync(string version, string text)
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, version));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, version, "settings.yaml"), text);
            var link = Path.Combine(folder.FullName, "data");
            if (Directory.Exists(link)) Directory.Delete(link);
            Directory.CreateSymbolicLink(link, version);
        }
    }

    [Theory]
    [InlineData("name", "", "server.api_keys.0.name must be 1 to 100 characters; got ''")]
    [InlineData("sha256", "secret-key", "server.api_keys.0.sha256 must be the SHA-256 of the key, 64 hexadecimal digits")]
    [InlineData("rights", "", "server.api_keys.0.rights must be one or more of read, write, admin")]
    [InlineData("rights", "read,root", "server.api_keys.0.rights must be one or more of read, write, admin; got 'root'")]
    [InlineData("expires", "tomorrow", "server.api_keys.0.expires must be an RFC 3339 instant with an offset; got 'tomorrow'")]
    [InlineData("key", "secret-key", "server.api_keys.0.key is not a setting of a key; known are name, sha256, rights, expires")]
    public void A_key_that_is_not_right_stops_the_start_and_is_not_shown(string member, string value, string message)
    {
        var values = new Dictionary<string, string?> { ["name"] = "n", ["sha256"] = Sha256("k"), ["rights"] = "read", [member] = value };
        var settings = new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create($"server:api_keys:0:{v.Key}", v.Value))).Build();
        Should.Throw<ConfigurationException>(() => ApiKeyReader.Read(settings)).Message.ShouldBe(message);
    }

    private static (string, string) Bearer(string key) => ("Authorization", $"Bearer {key}");

    private static string Sha256(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static string Yaml(params (string Name, string Key)[] keys) =>
        "server:\n  api_keys:\n" + string.Concat(keys.Select(key => $"    - {{ name: {key.Name}, sha256: {Sha256(key.Key)}, rights: [read, write] }}\n"));

    private static ServiceUnderTest WithKeys()
    {
        var service = new ServiceUnderTest();
        var keys = new[] { ("reader", Reader, "read", ""), ("writer", Writer, "write", ""), ("admin", Admin, "read,admin", ""), ("old", "expired-key-0123456789", "read", "2020-01-01T00:00:00Z") };
        foreach (var (index, (name, key, rights, expires)) in keys.Index())
        {
            var at = $"server:api_keys:{index}";
            (service.Settings[$"{at}:name"], service.Settings[$"{at}:sha256"], service.Settings[$"{at}:rights"]) = (name, Sha256(key), rights);
            if (expires.Length > 0) service.Settings[$"{at}:expires"] = expires;
        }
        return service;
    }

    private sealed class LaterClock : TimeProvider
    {
        public TimeSpan Later { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;

        public override long GetTimestamp() => base.GetTimestamp() + (Later.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);
    }
}
