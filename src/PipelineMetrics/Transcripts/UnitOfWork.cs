using System.Security.Cryptography;
using System.Text;

namespace PipelineMetrics.Transcripts;

/// <summary>The steps that become one completion.</summary>
/// <param name="Id">The id of the completion: the same whenever the session is read.</param>
/// <param name="TaskId">The task it is an attempt at.</param>
/// <param name="Steps">What happened, oldest first.</param>
/// <param name="IsOver">Whether nothing more can come, however short ago the last step was.</param>
internal sealed record UnitOfWork(string Id, string TaskId, Step[] Steps, bool IsOver)
{
    /// <summary>
    /// Without a step for so long a unit has come to rest, as far as anybody can tell: 15 minutes. It must never change: where a session is cut
    /// decides what its completions say, and those that were imported before must come out again.
    /// </summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    private const int MostIdBytes = 128;
    private const int MostTaskBytes = 200;

    /// <summary>The units of a session.</summary>
    public static IEnumerable<UnitOfWork> Of(Transcript transcript, TranscriptUnit unit)
    {
        Step[] steps = [.. transcript.Steps.OrderBy(s => s.At)];
        if (unit == TranscriptUnit.Prompt) return OfPrompts(transcript, steps);
        return steps.Length == 0 ? [] : [Named(transcript, transcript.SessionId, steps, isOver: false)];
    }

    /// <summary>
    /// The unit as it was each time it had come to rest, oldest first; each goes on where the one before it stopped.
    /// </summary>
    /// <param name="now">The last rest counts when it is long enough by now.</param>
    /// <param name="isRunning">Whether there is something behind the last rest.</param>
    public IReadOnlyList<IReadOnlyList<Step>> Rests(DateTimeOffset now, out bool isRunning)
    {
        var rests = new List<IReadOnlyList<Step>>();
        for (var i = 1; i < Steps.Length; i++)
        {
            if (Steps[i].At - Steps[i - 1].At >= Rest) rests.Add(Steps[..i]);
        }
        isRunning = !IsOver && now - Steps[^1].At < Rest;
        // Behind the last answer may be questions only: nothing has come of them yet.
        if (!isRunning && !Steps.Skip(rests.Count == 0 ? 0 : rests[^1].Count).All(s => s.Kind == StepKind.Asked)) rests.Add(Steps);
        return rests;
    }

    // What comes before the first question is a unit of its own: a session that goes on in a new file begins in the middle of one.
    private static IEnumerable<UnitOfWork> OfPrompts(Transcript transcript, Step[] steps)
    {
        var (told, number) = (new ToldBefore(), 0);
        for (int from = 0, next; from < steps.Length; from = next)
        {
            next = Array.FindIndex(steps, from + 1, s => s.Kind == StepKind.Asked);
            if (next < 0) next = steps.Length;
            var part = told.Without(steps[from..next]);
            var isOver = next < steps.Length || (transcript.SaysEnds && part is [.., { Kind: StepKind.Ended or StepKind.Interrupted }]);
            var key = steps[from].Kind == StepKind.Asked ? steps[from].Key : null;
            if (part.Length > 0) yield return Named(transcript, $"{transcript.SessionId}:{key ?? $"{++number}"}", part, isOver);
        }
    }

    private static UnitOfWork Named(Transcript transcript, string name, Step[] steps, bool isOver) =>
        new(Fitting($"{transcript.IdPrefix}:{name}", transcript.IdPrefix, MostIdBytes - 8), Fitting(name, transcript.IdPrefix, MostTaskBytes), steps, isOver);

    // Room is left for the number of a revision.
    private static string Fitting(string name, string prefix, int most) => Encoding.UTF8.GetByteCount(name) <= most
        ? name
        : $"{prefix}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";
}
