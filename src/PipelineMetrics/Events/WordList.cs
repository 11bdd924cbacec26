using System.Text.Json;

namespace PipelineMetrics.Events;

/// <summary>The words of a closed vocabulary and what each stands for; the first word for a value is the one written.</summary>
internal sealed class WordList<TValue>
    where TValue : struct, Enum
{
    private readonly (JsonEncodedText Word, TValue Value)[] _words;

    public WordList(params (string Word, TValue Value)[] words)
    {
        _words = [.. words.Select(w => (JsonEncodedText.Encode(w.Word), w.Value))];
        Listed = string.Join(", ", words.Select(w => w.Word));
    }

    public string Listed { get; }

    public JsonEncodedText this[TValue value] => Array.Find(_words, w => EqualityComparer<TValue>.Default.Equals(w.Value, value)).Word;

    public bool Has(TValue value) => Array.Exists(_words, w => EqualityComparer<TValue>.Default.Equals(w.Value, value));

    /// <summary>The value of the word the reader stands on, exactly as it is spelled in the list.</summary>
    public bool TryParse(ref Utf8JsonReader reader, out TValue value)
    {
        StrictJson.RequireText(ref reader);
        foreach (var (word, meaning) in _words)
        {
            value = meaning;
            if (reader.ValueTextEquals(word.EncodedUtf8Bytes)) return true;
        }
        value = default;
        return false;
    }
}
