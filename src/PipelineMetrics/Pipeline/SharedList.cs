using System.Collections;

namespace PipelineMetrics.Pipeline;

/// <summary>
/// A list to which values are only added. Each version stays as it was, and adding costs the same however long the list is, because
/// the versions share one array, of which each sees only its own beginning.
/// </summary>
/// <remarks>One thread adds; any thread reads the versions that it was given.</remarks>
public sealed class SharedList<T> : IReadOnlyList<T>
{
    private const int FirstCapacity = 4;
    private readonly T[] _values;
    private bool _isContinued;

    /// <summary>The list without a value.</summary>
    public SharedList() : this([], 0)
    {
    }

    private SharedList(T[] values, int count)
    {
        _values = values;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _values[index];
        }
    }

    /// <summary>The list with one more value at its end.</summary>
    public SharedList<T> Add(T value)
    {
        var values = _values;
        // The place behind a version belongs to the first that goes on from it.
        if (_isContinued || Count == values.Length)
        {
            values = new T[Count == 0 ? FirstCapacity : Count * 2];
            Array.Copy(_values, values, Count);
        }
        else
        {
            _isContinued = true;
        }
        values[Count] = value;
        return new SharedList<T>(values, Count + 1);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return _values[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
