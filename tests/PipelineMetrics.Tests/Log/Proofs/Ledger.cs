using System.Text;
using PipelineMetrics.Log;

namespace PipelineMetrics.Tests.Log.Proofs;

/// <summary>What was sent, acknowledged and refused, kept apart from the disk under test; the judge of what is there afterwards.</summary>
internal sealed class Ledger
{
    private readonly Dictionary<string, int> _sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    public List<string> Acknowledged { get; } = [];

    /// <summary>Commits the lines and writes down what became of each.</summary>
    public CommitOutcome Commit(Journal journal, params PendingLine[] lines)
    {
        var bodies = Array.ConvertAll(lines, line => Encoding.UTF8.GetString(line.Body.Span));
        foreach (var body in bodies)
            _sent.TryAdd(body, _sent.Count);
        var outcome = journal.Commit(lines);
        Acknowledged.AddRange(bodies.Take(outcome.Committed));

        // Once the journal has stopped, the fate of a refused line is known at the next start only.
        if (outcome.Failure is not null && journal.Status.Stopped is null)
            _refused.UnionWith(bodies.Skip(outcome.Committed));
        return outcome;
    }

    public Ledger Copy()
    {
        var copy = new Ledger();
        foreach (var (body, index) in _sent)
            copy._sent[body] = index;
        copy._refused.UnionWith(_refused);
        copy.Acknowledged.AddRange(Acknowledged);
        return copy;
    }

    /// <summary>Says what is wrong with the lines the bench was handed; empty when nothing is.</summary>
    /// <param name="bench">What a start handed over.</param>
    /// <param name="damage">What it reported.</param>
    public string Judge(LogBench bench, IReadOnlyList<LogDamage> damage)
    {
        var stored = bench.Bodies.ToHashSet(StringComparer.Ordinal);
        var wrong = new List<string>();
        var lost = Acknowledged.Count(body => !stored.Contains(body));
        if (lost > 0)
            wrong.Add($"{lost} acknowledged lines lost");
        if (stored.Any(_refused.Contains))
            wrong.Add($"a refused line appeared: {stored.First(_refused.Contains)[..20]}");
        if (!IsStrictlyRising(bench.Bodies.Select(body => _sent.GetValueOrDefault(body, -1))))
            wrong.Add("a line was doubled, invented, or out of order");
        if (NumbersNeitherStoredNorReported(bench, damage) is { Count: > 0 } missing)
            wrong.Add($"numbers {string.Join(',', missing)} are neither stored nor reported");
        return string.Join("; ", wrong);
    }

    private static bool IsStrictlyRising(IEnumerable<int> values)
    {
        var previous = -1;
        foreach (var value in values)
        {
            if (value <= previous)
                return false;
            previous = value;
        }

        return true;
    }

    private static List<long> NumbersNeitherStoredNorReported(LogBench bench, IReadOnlyList<LogDamage> damage)
    {
        var missing = new List<long>();
        long previous = 0;
        foreach (var seq in bench.Lines.Select(line => line.Seq))
        {
            for (var number = previous + 1; number < seq; number++)
            {
                if (!damage.Any(found => found.FirstSeq <= number && number <= found.LastSeq))
                    missing.Add(number);
            }

            previous = seq;
        }

        return missing;
    }
}
