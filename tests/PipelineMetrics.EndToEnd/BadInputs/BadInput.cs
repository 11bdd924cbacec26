namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>One input of the corpus and what must come of it.</summary>
/// <param name="Id">Its number in the checklist.</param>
/// <param name="Title">What it is.</param>
/// <param name="Statuses">The statuses it may be answered with; none when the connection may be closed without a word.</param>
/// <param name="MayClose">Whether closing without an answer is right too.</param>
/// <param name="Lines">By how many lines the log grows.</param>
/// <param name="Code">The code of the problem; null for any, <see cref="Bare"/> where the server answers before there is a request.</param>
/// <param name="Holds">Text that the answer holds; null for any.</param>
/// <param name="Requests">What is sent, each on a connection of its own; all but the last only prepare and must succeed.</param>
internal sealed record BadInput(
    string Id,
    string Title,
    IReadOnlySet<int> Statuses,
    bool MayClose,
    int Lines,
    string? Code,
    string? Holds,
    IReadOnlyList<string> Requests)
{
    /// <summary>In place of a code: an answer without a body.</summary>
    public const string Bare = "bare";

    /// <summary>The letter of its group.</summary>
    public char Group => Id[0];

    /// <summary>The bytes of a request; <c>${length}</c> in its head is the length of its body.</summary>
    public static byte[] ToBytes(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var body = RequestText.ToBytes(request[end..]);
        var head = RequestText.ToBytes(request[..end].Replace("${length}", $"{body.Length}", StringComparison.Ordinal));
        return [.. head, .. body];
    }
}
