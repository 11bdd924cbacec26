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

    public void Add(Step answer)
    {
        if (answer.Key is { } id)
        {
            if (!_byId.TryGetValue(id, out var places)) _byId[id] = places = [];
            var same = places.FindIndex(p => IsSame(_kept[p], answer));
            if (same >= 0)
            {
                if (IsBetter(answer, _kept[places[same]])) _kept[places[same]] = answer;
                return;
            }
            places.Add(_kept.Count);
        }
        _kept.Add(answer);
    }

    private static bool IsSame(Step left, Step right) => left.RequestId == right.RequestId || left.IsSidechain || right.IsSidechain;

    private static bool IsBetter(Step answer, Step kept)
    {
        if (answer.IsSidechain != kept.IsSidechain) return kept.IsSidechain;
        return answer.Size == kept.Size ? answer.SaysSpeed && !kept.SaysSpeed : answer.Size > kept.Size;
    }
}
