using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PipelineMetrics.Api.Hosting.Logging;
using PipelineMetrics.Log;

namespace PipelineMetrics.Api.Tests.Hosting;

public sealed class StartAndStopTests
{
    [Fact]
    public async Task Several_services_run_side_by_side_each_in_its_own_folder()
    {
        await using var one = new ServiceUnderTest();
        await using var two = new ServiceUnderTest { Settings = { ["limits:json_depth"] = "8" } };
        (await one.CreateClient().GetAsync("/health/live")).EnsureSuccessStatusCode();
        (await two.CreateClient().GetAsync("/health/live")).EnsureSuccessStatusCode();
        var directories = new[] { one, two }.Select(service => service.Services.GetRequiredService<LogOptions>().Directory).ToList();
        directories.ShouldBe([one.LogDirectory, two.LogDirectory]);
        directories[0].ShouldNotBe(directories[1]);
    }

    [Fact]
    public async Task A_stop_is_shorter_than_a_container_runtimes_patience()
    {
        await using var service = new ServiceUnderTest();
        service.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.ShouldBe(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_task_that_fails_unobserved_is_logged_while_the_service_runs()
    {
        var log = new Lines();
        var watch = new UnobservedTasks(log);
        await watch.StartAsync(default);
        Abandon("nobody awaited this");
        for (var i = 0; i < 50 && !log.Has("nobody awaited this"); i++) Collect();
        await watch.StopAsync(default);
        log.Has("nobody awaited this").ShouldBeTrue();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Abandon(string reason) => Task.FromException(new InvalidOperationException(reason));

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private sealed class Lines : ILogger<UnobservedTasks>
    {
        private readonly System.Collections.Concurrent.ConcurrentBag<string> _causes = [];

        public bool Has(string reason) => _causes.Any(cause => cause.Contains(reason));

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _causes.Add($"{exception}");
    }
}
