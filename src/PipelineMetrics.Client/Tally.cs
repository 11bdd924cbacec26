namespace PipelineMetrics.Client;

/// <summary>What a client counts, apart from what it takes.</summary>
internal sealed class Tally
{
    private long _sent;
    private long _duplicates;
    private long _rejected;
    private long _dropped;
    private long _retries;
    private long _recovered;

    public long Dropped => Interlocked.Read(ref _dropped);

    public void AddSent(long records, long duplicates)
    {
        Interlocked.Add(ref _sent, records);
        Interlocked.Add(ref _duplicates, duplicates);
    }

    public void AddRejected(long records) => Interlocked.Add(ref _rejected, records);

    public void AddDropped(long records) => Interlocked.Add(ref _dropped, records);

    public void AddRetry() => Interlocked.Increment(ref _retries);

    public void AddRecovered(long records) => Interlocked.Add(ref _recovered, records);

    public ClientCounters Read() => new()
    {
        Sent = Interlocked.Read(ref _sent),
        Duplicates = Interlocked.Read(ref _duplicates),
        Rejected = Interlocked.Read(ref _rejected),
        Dropped = Dropped,
        Retries = Interlocked.Read(ref _retries),
        Recovered = Interlocked.Read(ref _recovered),
    };
}
