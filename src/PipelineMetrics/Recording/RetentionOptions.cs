using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Recording;

/// <summary>How long facts stay in the log by themselves.</summary>
public sealed class RetentionOptions
{
    /// <summary>Sealed files whose newest fact was recorded longer ago are archived, once an hour.</summary>
    /// <value>Days, 1 to 36,500; default none: nothing ever leaves.</value>
    [Range(1, 36_500)]
    public int? RetentionDays { get; set; }
}
