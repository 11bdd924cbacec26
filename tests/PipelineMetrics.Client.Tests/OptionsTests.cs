using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PipelineMetrics.Client.Tests;

public sealed class OptionsTests
{
    public static TheoryData<string, Action<PipelineMetricsClientOptions>> OutOfRange => new()
    {
        { "Address", options => options.Address = new Uri("/relative", UriKind.Relative) },
        { "Address", options => options.Address = new Uri("ftp://host") },
        { "ApiKey", options => options.ApiKey = "" },
        { "ApiKey", options => options.ApiKey = "line\nbreak" },
        { "QueueRecords", options => options.QueueRecords = 0 },
        { "FlushInterval", options => options.FlushInterval = TimeSpan.FromTicks(-1) },
        { "RequestTimeout", options => options.RequestTimeout = TimeSpan.Zero },
        { "MaxRetryDelay", options => options.MaxRetryDelay = TimeSpan.FromHours(2) },
        { "StopTimeout", options => options.StopTimeout = TimeSpan.FromDays(1) },
        { "SpoolDirectory", options => options.SpoolDirectory = "" },
        { "SpoolFileBytes", options => options.SpoolFileBytes = 1 },
        { "SpoolDirectoryBytes", options => options.SpoolDirectoryBytes = 1 },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_value_out_of_range_is_refused_by_name(string name, Action<PipelineMetricsClientOptions> set)
    {
        var options = new PipelineMetricsClientOptions();
        set(options);
        var refused = Should.Throw<ArgumentException>(() => new PipelineMetricsClient(options));
        refused.ParamName.ShouldBe(name);
        refused.Message.ShouldNotContain("line\nbreak", customMessage: "a key is never told");
    }

    [Fact]
    public void Every_option_result_and_counter_is_in_the_documentation()
    {
        var page = File.ReadAllText(Path.Combine(Docs.Root, "docs", "clients.md"));
        foreach (var option in typeof(PipelineMetricsClientOptions).GetProperties()) page.ShouldContain($"| `{option.Name}` |");
        foreach (var counter in typeof(ClientCounters).GetProperties()) page.ShouldContain($"| `{counter.Name.ToLowerInvariant()}` |");
        foreach (var result in Enum.GetNames<TrackResult>()) page.ShouldContain($"| `{result}` |");
    }

    [Fact]
    public async Task A_host_starts_the_client_and_its_stop_sends_the_rest()
    {
        using var folder = new SpoolFolder();
        var services = new ServiceCollection();
        services.AddPipelineMetricsClient(options =>
        {
            (options.Address, options.SpoolDirectory, options.StopTimeout) = (new Uri("http://127.0.0.1:1"), folder.FullPath, TimeSpan.Zero);
        });
        services.AddPipelineMetricsClient();
        await using var provider = services.BuildServiceProvider();
        var host = provider.GetServices<IHostedService>().ShouldHaveSingleItem();
        var client = provider.GetRequiredService<PipelineMetricsClient>();
        await host.StartAsync(CancellationToken.None);
        folder.Files.ShouldHaveSingleItem();
        client.Track(Some.Completion()).ShouldBe(TrackResult.Spooled);
        await host.StopAsync(CancellationToken.None);
        client.Track(Some.Completion()).ShouldBe(TrackResult.Dropped);
        folder.Files.ShouldHaveSingleItem("nobody was there to send it to");
    }
}
