using System.Text;
using Microsoft.Extensions.Logging;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>Says what would be sent, and takes it as stored.</summary>
internal sealed class DryRun(ILogger logger)
{
    public Task<BatchAnswer> PostAsync(ReadOnlyMemory<byte> lines, int count, CancellationToken end)
    {
        logger.LogInformation("Dry run, not sent:\n{Records}", Encoding.UTF8.GetString(lines.Span).TrimEnd());
        var receipt = new BatchReceipt { Stored = count, Duplicate = 0, Rejected = 0, Results = [] };
        return Task.FromResult(new BatchAnswer(AnswerKind.Judged, "dry run") { Receipt = receipt });
    }
}
