using System.Runtime.InteropServices;

namespace PipelineMetrics.Transcripts;

/// <summary>
/// Answers of models, each once although it is written several times: on a line for each part of it, in the file of the agent that asked and
/// in that of the one below, again when a session is continued in a new file.
/// </summary>
/// <remarks>
/// The same answer has the same id and request, or the same id in the main file and in that of an agent below. Of two copies the one of the
/// main agent stays, else the one with more tokens, else the one that says its speed, else the first. Answers without id are all different.
/// </remarks>
internal sealed class AnswerSet
{
    private readonly List<Step> _kept = [];
    private readonly Dictionary<string, List<int>> _byId = new(StringComparer.Ordinal);

    /// <summary>Each answer once, in the order in which it was first added.</summary>
    public IEnumerable<Step> Kept => _kept;

    /// <summary>Whether the answer, or a copy of it, was added.</summary>
    public bool Contains(Step answer) => Place(answer) >= 0;

    public void Add(Step answer)
    {
        var place = Place(answer);
        if (place < 0)
        {
            if (answer.Key is { } id) (CollectionsMarshal.GetValueRefOrAddDefault(_byId, id, out _) ??= []).Add(_kept.Count);
            _kept.Add(answer);
        }
        else if (IsBetter(answer, _kept[place]))
        {
            _kept[place] = answer;
        }
    }

    private int Place(Step answer)
    {
        if (answer.Key is not { } id || !_byId.TryGetValue(id, out var places)) return -1;
        var same = places.FindIndex(p => IsSame(_kept[p], answer));
        return same < 0 ? -1 : places[same];
    }

    private static bool IsSame(Step left, Step right) => left.RequestId == right.RequestId || left.IsSidechain || right.IsSidechain;

    private static bool IsBetter(Step answer, Step kept)
    {
        if (answer.IsSidechain != kept.IsSidechain) return kept.IsSidechain;
        return answer.Size == kept.Size ? answer.SaysSpeed && !kept.SaysSpeed : answer.Size > kept.Size;
    }
}
