namespace PipelineMetrics.Recording;

/// <summary>Commands of one request, answered together when the last of them is settled.</summary>
internal sealed class Submission(IReadOnlyList<Command> commands)
{
    // Continuations run elsewhere: request code must never run on the commit thread.
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

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

    public int Bytes { get; } = commands.Sum(c => c.Bytes);

    public Task Settled => _settled.Task;

    /// <summary>Answers every command that has no answer yet, then the request.</summary>
    public void Refuse(Receipt receipt)
    {
        foreach (var command in commands) command.Settle(receipt);
        Complete();
    }

    public void Complete() => _settled.TrySetResult();
}
