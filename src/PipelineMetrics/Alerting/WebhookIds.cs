namespace PipelineMetrics.Alerting;

/// <summary>Ids of webhooks.</summary>
internal static class WebhookIds
{
    /// <summary>An id that nothing else has; it holds no dot, as the signature demands.</summary>
    public static string New(DateTimeOffset now) => $"msg_{Guid.CreateVersion7(now):N}";
}
