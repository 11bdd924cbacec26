namespace PipelineMetrics.Tests.Recording.Proofs;

/// <summary>What can be done to the service, or happen to it.</summary>
internal enum Act
{
    /// <summary>Posts completion A with content B; the same again is a duplicate, another content a conflict.</summary>
    Post,

    /// <summary>Posts completions A, A + 1 and A again with contents B, B and B or another, in one batch.</summary>
    Batch,

    /// <summary>Registers task A; an even B and an odd one mean different directions.</summary>
    Register,

    /// <summary>Claims task A for runner B.</summary>
    Claim,

    /// <summary>Asks for state B of task A.</summary>
    Patch,

    /// <summary>Posts a completion without an id about task A, registered or not, with content B.</summary>
    Report,

    /// <summary>The machine loses power while nothing is under way.</summary>
    Crash,

    /// <summary>The machine loses power while <see cref="Step.Command"/> is being made durable, or just after.</summary>
    CrashDuring,

    /// <summary>The service stops and starts.</summary>
    Restart,

    /// <summary>Nothing fits on the disk any more.</summary>
    FillDisk,

    /// <summary>There is room again.</summary>
    FreeDisk,

    /// <summary>Another program appends completion A with content B; with C 0 it is no completion, with C 1 it has no line end yet.</summary>
    Append,

    /// <summary>Three hours times B pass.</summary>
    Wait,
}

/// <summary>One step. It means the same wherever it stands, so that any may be left out.</summary>
internal sealed record Step(Act Act, int A, int B, int C)
{
    private static readonly Act[] Commands = [Act.Post, Act.Post, Act.Register, Act.Claim, Act.Patch, Act.Report];

    private static readonly int[] Wanted = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 4, 5];

    private static readonly (Act Act, int Weight)[] Weights =
    [
        (Act.Post, 16), (Act.Batch, 8), (Act.Register, 10), (Act.Claim, 8), (Act.Patch, 24), (Act.Report, 6), (Act.Crash, 2), (Act.CrashDuring, 6),
        (Act.Restart, 2), (Act.FillDisk, 2), (Act.FreeDisk, 6), (Act.Append, 6), (Act.Wait, 8),
    ];

    /// <summary>What is under way when the machine dies.</summary>
    public Step Command => this with { Act = Commands[C % Commands.Length] };

    /// <summary>The disk call of that command at which it dies.</summary>
    public int DiesAfter => 1 + ((A + B + C) % 3);

    public static List<Step> Sequence(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(5, 51)).Select(_ => Any(random))];
    }

    /// <summary>The shortest list that still fails, found by leaving steps out, many at first, then one by one.</summary>
    public static async Task<List<Step>> ShrinkAsync(List<Step> steps, Func<List<Step>, Task<bool>> fails)
    {
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= steps.Count;)
            {
                List<Step> fewer = [.. steps.Take(at), .. steps.Skip(at + size)];
                if (await fails(fewer)) steps = fewer;
                else at++;
            }
        }
        return steps;
    }

    public override string ToString() => $"{Act}({A}, {B}, {C})";

    private static Step Any(Random random)
    {
        var ticket = random.Next(Weights.Sum(w => w.Weight));
        var act = Weights.First(w => (ticket -= w.Weight) < 0).Act;
        // Few tasks, seldom finished: what happens in between is where the rules are.
        var b = act == Act.Patch ? Wanted[random.Next(Wanted.Length)] : random.Next(6);
        return new Step(act, random.Next(act is Act.Post or Act.Append or Act.Batch ? 8 : 2), b, random.Next(6));
    }
}
