using System.Collections.Frozen;
using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>The words of a closed vocabulary and what each stands for; the first word for a value is the one written.</summary>
internal sealed class WordList<TValue>
    where TValue : struct, Enum
{
    private readonly FrozenDictionary<string, TValue> _values;
    private readonly FrozenDictionary<TValue, JsonEncodedText> _words;

    public WordList(params (string Word, TValue Value)[] words)
    {
        _values = words.ToFrozenDictionary(w => w.Word, w => w.Value, StringComparer.Ordinal);
        _words = words.DistinctBy(w => w.Value).ToFrozenDictionary(w => w.Value, w => JsonEncodedText.Encode(w.Word));
        Listed = string.Join(", ", words.Select(w => w.Word));
    }

    public string Listed { get; }

    public JsonEncodedText this[TValue value] => _words[value];

    public bool TryParse(string word, out TValue value) => _values.TryGetValue(word, out value);
}
