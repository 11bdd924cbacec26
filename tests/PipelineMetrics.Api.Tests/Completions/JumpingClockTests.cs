using System.Net;
using PipelineMetrics.Events;
using Xunit.Abstractions;
using static PipelineMetrics.Api.Tests.Calls;

namespace PipelineMetrics.Api.Tests.Completions;

/// <summary>The wall clock of the service jumps by up to ten years either way, between requests.</summary>
public sealed class JumpingClockTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int[] Seconds = [1, 60, 301, 3600, 86_400, 7 * 86_400, 366 * 86_400, 3652 * 86_400];
    private readonly WallClock _clock = new();
    private readonly List<DateTimeOffset> _stored = [];
    private readonly Random _random = new(24);
    private ServiceUnderTest _service = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _service = new ServiceUnderTest { Clock = _clock };
        _client = await _service.StartAsync();
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Too_far_ahead_is_a_422_and_windows_are_right_as_soon_as_the_clock_stands()
    {
        var jumps = ProofSize.Cases(60, 5000);
        for (var i = 0; i < jumps; i++)
        {
            var by = TimeSpan.FromSeconds(Seconds[_random.Next(Seconds.Length)]);
            _clock.Now += _clock.Now > WallClock.Start ? -by : by;
            await SendAsync(_clock.Now.AddMinutes(5).AddMilliseconds(1), HttpStatusCode.UnprocessableEntity);
            await SendAsync(_clock.Now.AddMinutes(_random.Next(2) * 5).AddMilliseconds(-_random.Next(2)), HttpStatusCode.Created);
            await CountsAsync("", TimeSpan.FromDays(7));
            await CountsAsync("?window=400d", TimeSpan.FromDays(400));
        }
        output.WriteLine($"{jumps} jumps, {_stored.Count} stored, as many refused");
    }

    private async Task SendAsync(DateTimeOffset at, HttpStatusCode expected)
    {
        var answer = await _client.Post(Completion("t", $",\"created_at\":\"{Instant.ToText(at)}\""));
        answer.Status.ShouldBe(expected, answer.Body);
        if (expected == HttpStatusCode.Created) _stored.Add(Instant.Truncate(at));
        else answer["errors"][0].GetProperty("field").GetString().ShouldBe("created_at");
    }

    private async Task CountsAsync(string query, TimeSpan window)
    {
        var total = (await _client.Metrics(query))["success_rate"].GetProperty("total").GetInt32();
        total.ShouldBe(_stored.Count(at => at >= _clock.Now - window), $"{query} at {_clock.Now:O}");
    }

    private sealed class WallClock : TimeProvider
    {
        public static readonly DateTimeOffset Start = new(2028, 2, 29, 23, 59, 58, TimeSpan.Zero);

        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
