using PipelineMetrics.Events;
using PipelineMetrics.Log;

namespace PipelineMetrics.Recording;

/// <summary>The lines of one commit while they are decided: what the log holds, plus what this commit will add to it.</summary>
internal sealed class CommitPlan(Projection state, DateTimeOffset now)
{
    private const long FullBytes = 16L << 20;
    private readonly Dictionary<string, PlannedLine> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<TaskKey> _told = [];
    private readonly HashSet<TaskKey> _ended = [];
    private readonly List<IPlanned> _completions = [];
    private readonly List<IPlanned> _events = [];
    private HashSet<string>? _runners;
    private int _blocks;
    private bool _hasBlockWithIds;
    private long _bytes;

    /// <summary>Whether the commit is large enough to be written; what still waits comes in the next one.</summary>
    public bool IsFull => _bytes >= FullBytes;

    public Projection State => state;

    /// <summary>The time of this commit.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Whether there are blocks in it: their ids are not known here, so single lines wait for the next commit.</summary>
    public bool HasBlocks => _blocks > 0;

    /// <summary>
    /// What is planned in the order of its numbers: events first, so that a crash between the two files can only cut the end of the count.
    /// </summary>
    public IReadOnlyList<IPlanned> Lines => _events.Count == 0 ? _completions : [.. _events, .. _completions];

    public PlannedLine? PlannedWithId(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether no other line has a say in this one: its id is new and its task is not registered. Never true when in doubt.</summary>
    public bool IsUnrelated(string? id, PlainLine line) =>
        _told.Count + _ended.Count == 0 && (id is null || (!_byId.ContainsKey(id) && state.IsNew(id))) && !state.MayBeRegistered(line.Bytes.AsSpan(0, line.Made.Length));

    /// <summary>Whether this commit already changes the task, so that its state is not known before the commit is through.</summary>
    public bool Changes(TaskKey task) => Tells(task) || Ends(task);

    /// <summary>Whether this commit has an event about the task.</summary>
    public bool Tells(TaskKey task) => _told.Contains(task);

    /// <summary>Whether this commit has a completion of the task that changes its state.</summary>
    public bool Ends(TaskKey task) => _ended.Contains(task);

    /// <summary>Whether this commit already changes the state of the runner.</summary>
    public bool ChangesRunner(string runner) => _runners?.Contains(runner) == true;

    public void Add(PlannedLine line)
    {
        (line.Stream == LogStream.Events ? _events : _completions).Add(line);
        if (line.Id is { } id) _byId.Add(id, line);
    }

    /// <summary>Whether a block may be planned: there is nothing else, and nobody can have given one id to two blocks.</summary>
    public bool TakesBlock(PostedBlock block) =>
        _completions.Count == _blocks && _events.Count == 0 && !(_hasBlockWithIds && block.Ids.Count > 0);

    public void Add(RecordBlock planned, PostedBlock block)
    {
        _completions.Add(planned);
        _blocks++;
        _hasBlockWithIds |= block.Ids.Count > 0;
    }

    /// <summary>Counts what was decided towards the size of this commit.</summary>
    public void Count(int bytes) => _bytes += bytes;

    /// <summary>Plans a line that changes, or may change, the state of a registered task.</summary>
    public void Add(PlannedLine line, TaskKey task)
    {
        Add(line);
        (line.Stream == LogStream.Events ? _told : _ended).Add(task);
    }

    /// <summary>Plans a line that changes the state of a runner.</summary>
    public void Add(PlannedLine line, string runner)
    {
        Add(line);
        (_runners ??= new HashSet<string>(StringComparer.Ordinal)).Add(runner);
    }
}
