using System.Text.Json.Serialization;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client;

/// <summary>What came of one request.</summary>
/// <param name="Kind">What to do next.</param>
/// <param name="Words">What happened, for the log.</param>
internal sealed record BatchAnswer(AnswerKind Kind, string Words)
{
    /// <summary>The verdict on every line; only when they were judged.</summary>
    public BatchReceipt? Receipt { get; init; }

    /// <summary>How long the service asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

internal enum AnswerKind
{
    /// <summary>Every line has its verdict.</summary>
    Judged,

    /// <summary>Nobody answered, or somebody who may answer otherwise soon.</summary>
    TryAgain,

    /// <summary>This client may not, or this is not the service: somebody has to do something first.</summary>
    NotAllowed,

    /// <summary>The request is not taken as it is; a smaller one may be.</summary>
    Unusable,
}

[JsonSerializable(typeof(BatchReceipt))]
internal sealed partial class AnswerJson : JsonSerializerContext;
