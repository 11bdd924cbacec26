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

    public JsonEncodedText this[TValue value] => _words[IndexOf(value)].Word;

    public bool Has(TValue value) => IndexOf(value) >= 0;

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

    /// <summary>The value of a word, exactly as it is spelled in the list.</summary>
    public bool TryParse(ReadOnlySpan<byte> text, out TValue value)
    {
        foreach (var (word, meaning) in _words)
        {
            value = meaning;
            if (text.SequenceEqual(word.EncodedUtf8Bytes)) return true;
        }
        value = default;
        return false;
    }

    private int IndexOf(TValue value)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if (EqualityComparer<TValue>.Default.Equals(_words[i].Value, value)) return i;
        }
        return -1;
    }
}
