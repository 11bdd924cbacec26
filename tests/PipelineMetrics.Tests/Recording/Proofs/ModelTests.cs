using System.Collections.Concurrent;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>Whatever is done to the service in whatever order, it holds what a few plain lists hold.</summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    [Fact]
    public async Task After_every_step_the_service_holds_what_the_model_holds()
    {
        var sequences = ProofSize.Cases(300, 20_000);
        var done = new ConcurrentDictionary<string, int>();
        await Seeds.ForEachAsync(sequences, async seed =>
        {
            var steps = Step.Sequence(seed);
            if (await ModelRun.FailureOfAsync(steps, what => done.AddOrUpdate(what, 1, (_, n) => n + 1)) is null) return;
            var shortest = await Step.ShrinkAsync(steps, async fewer => await ModelRun.FailureOfAsync(fewer) is not null);
            throw new InvalidOperationException($"{await ModelRun.FailureOfAsync(shortest)}\nafter {string.Join(", ", shortest)}");
        });
        output.WriteLine($"{sequences} sequences, {done.Values.Sum()} steps: {string.Join(", ", done.OrderBy(d => d.Key).Select(d => $"{d.Key} {d.Value}"))}");
    }
}
