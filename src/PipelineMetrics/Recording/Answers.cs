namespace PipelineMetrics.Recording;

/// <summary>
/// Lets requests go on that are settled, away from the commit thread. Several small ones share one work item: to wake a thread for each
/// costs more than its answer (64 clients: 6 % more requests a second for 7 % less processor than one by one).
/// </summary>
internal sealed class Answers : IThreadPoolWorkItem
{
    private const int MostTogether = 8;
    private readonly Submission[] _settled;

    private Answers(Submission[] settled) => _settled = settled;

    /// <summary>Hands over the first of these.</summary>
    public static void Give(List<Submission> settled, int count)
    {
        for (var from = 0; from < count;)
        {
            // What follows a batch takes long; nobody should wait behind it.
            var together = settled[from].Commands.Count > 1 ? 1 : SmallFrom(settled, from, count);
            ThreadPool.UnsafeQueueUserWorkItem(new Answers([.. settled.GetRange(from, together)]), preferLocal: false);
            from += together;
        }
    }

    public void Execute()
    {
        foreach (var submission in _settled) submission.Complete();
    }

    private static int SmallFrom(List<Submission> settled, int from, int count)
    {
        var together = 0;
        while (from + together < count && together < MostTogether && settled[from + together].Commands.Count == 1) together++;
        return together;
    }
}
