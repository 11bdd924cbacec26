namespace PipelineMetrics.Recording;

/// <summary>Commands of one request, answered together when the last of them is settled.</summary>
internal sealed class Submission(IReadOnlyList<Command> commands)
{
    private readonly TaskCompletionSource _settled = new();

    public IReadOnlyList<Command> Commands => commands;

    /// <summary>The first command that is not decided yet.</summary>
    public int Next { get; set; }

    /// <summary>Goes back to the first command without an answer: what was planned for it is not in the log.</summary>
    public void Rewind()
    {
        Next = 0;
        while (!IsDecided && commands[Next].Receipt is not null) Next++;
    }

    public bool IsDecided => Next == commands.Count;

    public long Bytes { get; } = commands.Sum(c => (long)c.Bytes);

    public Task Settled => _settled.Task;

    /// <summary>Answers every command that has no answer yet, then the request.</summary>
    public void Refuse(Receipt receipt)
    {
        Settle(receipt);
        Complete();
    }

    /// <summary>Answers every command that has no answer yet.</summary>
    public void Settle(Receipt receipt)
    {
        foreach (var command in commands) command.Settle(receipt);
    }

    /// <summary>Lets the request go on, on this thread: never the commit thread, which leaves it to <see cref="Answers"/>.</summary>
    public void Complete() => _settled.TrySetResult();
}
