namespace PipelineMetrics.Client;

/// <summary>
/// How long to wait after a failure: a random part of a bound that doubles each time, so that clients which failed together
/// do not come back together.
/// </summary>
/// <param name="most">The bound stops here.</param>
/// <param name="random">From 0 to less than 1.</param>
internal sealed class RetryDelays(TimeSpan most, Func<double> random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private TimeSpan _bound = Smaller(First, most);

    public void Reset() => _bound = Smaller(First, most);

    public TimeSpan After(BatchAnswer answer)
    {
        var bound = answer.Kind == AnswerKind.NotAllowed ? most : _bound;
        _bound = Smaller(_bound * 2, most);
        // What the service asks for is the least; the rest spreads those it asked at the same time.
        return answer.RetryAfter is { } asked ? asked + First * random() : bound * random();
    }

    private static TimeSpan Smaller(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
