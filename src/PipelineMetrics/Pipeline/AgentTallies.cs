namespace PipelineMetrics.Pipeline;

/// <summary>Tokens by model.</summary>
internal sealed class AgentTallies
{
    private readonly NumberedNames _models = new();
    private readonly List<(Int128 Input, Int128 Output)> _tokens = [];
    private readonly List<bool> _isCounted = [];

    public int Count => _tokens.Count;

    public string this[int model] => _models[model];

    /// <summary>The numbers of the models that a fact in the range names.</summary>
    public IEnumerable<int> Counted => Enumerable.Range(0, Count).Where(model => _isCounted[model]);

    /// <summary>The number of a model that a fact names.</summary>
    public int NumberOf(string model, bool isCounted)
    {
        var number = _models.NumberOf(model);
        if (number == _tokens.Count)
        {
            _tokens.Add(default);
            _isCounted.Add(false);
        }
        _isCounted[number] |= isCounted;
        return number;
    }

    /// <summary>Adds tokens; takes away what was added before when they are negative.</summary>
    public void Add(int model, Int128 input, Int128 output) => _tokens[model] = (_tokens[model].Input + input, _tokens[model].Output + output);

    public (long Input, long Output) Tokens(int model) => (Saturated(_tokens[model].Input), Saturated(_tokens[model].Output));

    private static long Saturated(Int128 sum) => sum > long.MaxValue ? long.MaxValue : (long)sum;
}
