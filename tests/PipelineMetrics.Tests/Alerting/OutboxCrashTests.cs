using PipelineMetrics.Alerting;
using PipelineMetrics.Tests.Log;
using Xunit.Abstractions;
using static PipelineMetrics.Tests.Alerting.AlertBench;

namespace PipelineMetrics.Tests.Alerting;

/// <summary>
/// The machine dies at every call to the disk. Whatever was queued durably has arrived or is still queued, under its one id; and no
/// fact of the log is looked at as told that was not.
/// </summary>
public sealed class OutboxCrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_was_queued_durably_arrived_or_is_still_queued()
    {
        var (calls, crashes) = (0, 0);
        for (var isOver = false; !isOver;)
        {
            calls++;
            for (var seed = -1; seed < ProofSize.Cases(3, 100); seed++, crashes++) isOver = await SurvivesAsync(calls, seed);
        }
        calls.ShouldBeGreaterThan(50);
        output.WriteLine($"{calls} calls, {crashes} crashes");
    }

    /// <returns>Whether everything was done before the machine came to the call at which it should die.</returns>
    private static async Task<bool> SurvivesAsync(int dyingCall, int seed)
    {
        var bench = new AlertBench { Plan = PlanOf("a", "b"), RewriteBytes = 8 << 10 };
        var life = new Life(bench, new Random(1000 + seed));
        bench.Disk.DiesAtCall = dyingCall;
        var isOver = await life.RunAsync();
        bench.Disk.Crash(seed < 0 ? null : new Random(seed));
        life.Judge($"call {dyingCall}, seed {seed}");
        return isOver;
    }

    /// <summary>Facts are queued and sent, some attempts fail; what a caller may rely on is written down.</summary>
    private sealed class Life(AlertBench bench, Random random)
    {
        private const int Facts = 30;
        private readonly HashSet<(string Id, string Target)> _arrived = [];
        private readonly HashSet<long> _durable = [];
        private readonly Dictionary<long, HashSet<string>> _idsOfFact = [];

        public async Task<bool> RunAsync()
        {
            try
            {
                using var outbox = bench.Open();
                var courier = bench.Courier(outbox, AttemptAsync);
                for (var seq = 1; seq <= Facts; seq++)
                {
                    if (outbox.Add([Fact(seq)], seq)) _durable.Add(seq);
                    bench.Clock.Advance(TimeSpan.FromSeconds(random.Next(10)));
                    await courier.SendDueAsync();
                }
                return true;
            }
            catch (SimDisk.PowerLoss)
            {
                return false;
            }
        }

        public void Judge(string when)
        {
            using var next = bench.Open();
            var kept = next.List(long.MaxValue, _ => true, int.MaxValue);
            foreach (var seq in Enumerable.Range(1, Facts).Where(seq => _durable.Contains(seq) || seq <= (next.Position ?? 0)))
            {
                foreach (var target in new[] { "a", "b" })
                {
                    var isQueued = kept.Any(d => d.State == DeliveryState.Queued && d.Target == target && _idsOfFact[seq].Contains(d.Message.Id));
                    (isQueued || _idsOfFact[seq].Any(id => _arrived.Contains((id, target)))).ShouldBeTrue($"{when}: fact {seq} for {target} is lost");
                }
            }
            (next.Position ?? 0).ShouldBeGreaterThanOrEqualTo(_durable.Count > 0 ? _durable.Max() : 0, $"{when}: it would be queued again");
            kept.Select(d => (d.Message.Id, d.Target)).ShouldBeUnique(when);
        }

        private WebhookMessage Fact(int seq)
        {
            var id = $"msg_{seq}";
            if (!_idsOfFact.TryGetValue(seq, out var ids)) _idsOfFact[seq] = ids = [];
            ids.Add(id);
            return Message(id, bench.Now) with { Seq = seq };
        }

        private Task<DeliveryOutcome> AttemptAsync(WebhookTarget target, WebhookMessage message, CancellationToken cancellation)
        {
            if (random.Next(3) == 0) return Task.FromResult(new DeliveryOutcome(503));
            _arrived.Add((message.Id, target.Name));
            return Task.FromResult(new DeliveryOutcome(200));
        }
    }
}
