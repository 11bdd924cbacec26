using PipelineMetrics.Api.Hosting.Configuration;

namespace PipelineMetrics.Api.Hosting;

/// <summary>
/// `healthcheck`: asks the service that runs with the same settings whether it is ready. For container images without a shell or curl.
/// Exit code 0 when it is, 1 when it is not or does not answer within three seconds.
/// </summary>
internal static class HealthCheckCommand
{
    private const string Name = "healthcheck";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static bool IsAskedFor(string[] args) => args is [Name, ..];

    public static async Task<int> RunAsync(string[] args)
    {
        var ready = false;
        var code = await Launch.GuardAsync(async () => ready = await AskAsync(AddressFor(args[1..])));
        return code == Launch.Clean && !ready ? Launch.Failed : code;
    }

    public static async Task<bool> AskAsync(Uri service)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Patience };
        using var answer = await client.GetAsync(new Uri(service, "/health/ready"));
        return answer.IsSuccessStatusCode;
    }

    private static Uri AddressFor(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.AddSettings(args);
        return ListenAddresses.Of(builder.Configuration).FromHere();
    }
}
