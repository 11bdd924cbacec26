using System.Net;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.FailingDisk;

/// <summary>The forms in which the service says that it cannot store a record.</summary>
internal static class Refusal
{
    public static void ShouldSayFull(this Answer answer) => answer.ShouldRefuse(HttpStatusCode.InsufficientStorage, "disk_full");

    /// <summary>Nothing was kept, and the next one may be.</summary>
    public static void ShouldSayFailed(this Answer answer) => answer.ShouldRefuse(HttpStatusCode.ServiceUnavailable, "write_failed");

    /// <summary>Nothing is stored until the next start.</summary>
    public static void ShouldSayStopped(this Answer answer) => answer.ShouldRefuse(HttpStatusCode.ServiceUnavailable, "log_stopped");

    public static void ShouldSayBusy(this Answer answer) => answer.ShouldRefuse(HttpStatusCode.ServiceUnavailable, "busy");

    private static void ShouldRefuse(this Answer answer, HttpStatusCode status, string code)
    {
        answer.Code.ShouldBe(code, answer.Body);
        answer.Status.ShouldBe(status);
        answer.MediaType.ShouldBe("application/problem+json");
        answer.RetryAfter.ShouldNotBeNull();
    }
}
