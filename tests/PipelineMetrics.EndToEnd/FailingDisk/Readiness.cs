using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>What a load balancer sees of the disk.</summary>
internal static class Readiness
{
    private static readonly TimeSpan TurnsWithin = TimeSpan.FromSeconds(5);

    /// <summary>The service says that it does not write.</summary>
    public static Task TurnsRedAsync(this HttpClient http) => http.TurnsAsync("readiness is 503", HttpStatusCode.ServiceUnavailable);

    /// <summary>The service finds out that it can write again although nobody tries: while it was red, nobody was sent to it.</summary>
    public static Task TurnsGreenAsync(this HttpClient http) => http.TurnsAsync("the service is ready without anybody trying", HttpStatusCode.OK);

    private static Task TurnsAsync(this HttpClient http, string what, HttpStatusCode status) =>
        Eventually.HoldsAsync(what, TurnsWithin, async () => (await http.ReadinessAsync()).Status == status);
}
