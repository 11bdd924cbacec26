using System.ComponentModel.DataAnnotations;

namespace PipelineMetrics.Pipeline;

/// <summary>How age moves a task forward in the queue.</summary>
public sealed class QueueOptions
{
    /// <summary>What is added to the score of a task that was registered so long ago. The longest age it has reached counts.</summary>
    /// <value>Default 0.25 after 1 day, 0.5 after 3, 1 after 7. Each from 0 to 1,000,000.</value>
    [EachInRange(0, 1_000_000)]
    public IReadOnlyDictionary<TimeSpan, double> AgeBoost { get; set; } = new Dictionary<TimeSpan, double>
    {
        [TimeSpan.FromDays(1)] = 0.25,
        [TimeSpan.FromDays(3)] = 0.5,
        [TimeSpan.FromDays(7)] = 1,
    };
}

/// <summary>How much what a task says of its pressure adds to its score. Each part is from 0 to 1 before it is weighed.</summary>
public sealed class PriorityWeights
{
    /// <summary>The weight of the urgency.</summary>
    /// <value>Default 0.4, from 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public double Urgency { get; set; } = 0.4;

    /// <summary>The weight of a deadline that is near.</summary>
    /// <value>Default 0.3, from 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public double Deadline { get; set; } = 0.3;

    /// <summary>The weight of a sender who goes first.</summary>
    /// <value>Default 0.3, from 0 to 1,000,000.</value>
    [Range(0.0, 1_000_000.0)]
    public double Sender { get; set; } = 0.3;
}

/// <summary>Who goes first.</summary>
public sealed class VipSenders
{
    /// <summary>Senders, compared without regard to case.</summary>
    /// <value>Default none.</value>
    public IReadOnlyList<string> Senders { get; set; } = [];
}

/// <summary>Every value of a dictionary lies in a range.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EachInRangeAttribute(double minimum, double maximum) : ValidationAttribute
{
    public double Minimum => minimum;

    public double Maximum => maximum;

    public override bool IsValid(object? value) =>
        value is IReadOnlyDictionary<TimeSpan, double> steps && steps.Values.All(v => v >= minimum && v <= maximum);

    public override string FormatErrorMessage(string name) => $"must be between {minimum} and {maximum}";
}
