using PipelineMetrics.Benchmarks;
using PipelineMetrics.Benchmarks.Goals;

if (args is ["serve-noop", var address]) return await NoOpServer.RunAsync(address);

if (!Options.TryRead(args, out var options, out var problem))
{
    Console.Error.WriteLine(problem);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

(int[] Goals, Func<Bench, Task> Run)[] all =
[
    ([1, 2], SinglePosts.RunAsync),
    ([3], OneConnection.RunAsync),
    ([4], Batches.RunAsync),
    ([5, 8], Reads.RunAsync),
    ([6, 9], RollingAnswers.RunAsync),
    ([7], Scans.RunAsync),
    ([10], Restart.RunAsync),
    ([11], ColdStart.RunAsync),
    ([12], Tracking.RunAsync),
];

using var bench = new Bench(options);
foreach (var (goals, run) in all)
{
    if (!goals.Any(options.Wants)) continue;
    bench.Say($"goal {string.Join(" and ", goals)}");
    await run(bench);
}
var report = $"{bench.Table}\n{Machine.Describe(bench.WorkDirectory)}\n{options.Rows:N0} records, {options.Rounds} rounds, {DateTime.UtcNow:yyyy-MM-dd}\n";
Console.WriteLine(report);
if (options.Markdown is not null) await File.WriteAllTextAsync(options.Markdown, report);
return 0;
