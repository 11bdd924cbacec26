using System.Globalization;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>
/// Reads files of inputs. An input begins with <c>== id title | statuses | +lines | code | text of the answer</c>, of which the last two
/// may be left out. Then follows the request as <see cref="RequestText"/> writes it: the lines of its head, each of which ends in CR LF,
/// an empty line, and the body, whose lines end in LF, but for the last. A line <c>@name</c> in a head stands for the lines of that name,
/// which a file begins with as <c>=@ name</c>. A line <c>-- then</c> begins another request. Lines with <c># </c> before the first input
/// or before a <c>==</c> are remarks.
/// </summary>
internal static class Corpus
{
    private const string Then = "-- then";

    /// <summary>All inputs, in the order of their files.</summary>
    public static IReadOnlyList<BadInput> All { get; } = ReadAll("corpus");

    /// <summary>The inputs for a service that has keys.</summary>
    public static IReadOnlyList<BadInput> OfKeys { get; } = ReadAll("corpus-keys");

    /// <exception cref="FormatException">A file is not what it should be.</exception>
    public static IReadOnlyList<BadInput> Read(string text, IDictionary<string, string[]> heads)
    {
        var inputs = new List<BadInput>();
        foreach (var section in Sections(text))
        {
            if (section[0].StartsWith("=@ ", StringComparison.Ordinal)) heads[section[0][3..].Trim()] = section[1..];
            else inputs.Add(ReadInput(section, heads));
        }
        return inputs;
    }

    private static List<BadInput> ReadAll(string name)
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "BadInputs", name);
        // The heads come first: everything may use them.
        var heads = new Dictionary<string, string[]>();
        var files = Directory.GetFiles(directory, "*.txt").OrderBy(file => Path.GetFileName(file) != "heads.txt").ThenBy(file => file, StringComparer.Ordinal);
        return [.. files.SelectMany(file => Read(File.ReadAllText(file), heads))];
    }

    /// <summary>What stands from one <c>=</c> to the next, without the empty lines and remarks at its end.</summary>
    private static IEnumerable<string[]> Sections(string text)
    {
        List<string>? section = null;
        foreach (var line in text.Split('\n').Append("== "))
        {
            if (!line.StartsWith("== ", StringComparison.Ordinal) && !line.StartsWith("=@ ", StringComparison.Ordinal))
            {
                section?.Add(line);
                continue;
            }
            if (section is not null) yield return Trimmed(section);
            section = [line];
        }
    }

    private static string[] Trimmed(List<string> section)
    {
        var count = section.Count;
        while (section[count - 1].Length == 0 || section[count - 1].StartsWith("# ", StringComparison.Ordinal)) count--;
        return [.. section.Take(count)];
    }

    private static BadInput ReadInput(string[] section, IDictionary<string, string[]> heads)
    {
        var columns = section[0][3..].Split('|', 5, StringSplitOptions.TrimEntries);
        if (columns.Length < 3) throw new FormatException($"Not 'id title | statuses | +lines': {section[0]}");
        var name = columns[0].Split(' ', 2);
        var statuses = columns[1].Split(',', StringSplitOptions.TrimEntries);
        return new BadInput(
            name[0],
            name.Length > 1 ? name[1] : throw new FormatException($"Without a title: {section[0]}"),
            statuses.Where(status => status != "close").Select(status => int.Parse(status, CultureInfo.InvariantCulture)).ToHashSet(),
            statuses.Contains("close"),
            int.Parse(columns[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            Column(columns, 3),
            Column(columns, 4),
            ReadRequests(section[1..], heads));
    }

    private static string? Column(string[] columns, int place) => columns.Length > place && columns[place].Length > 0 ? columns[place] : null;

    private static List<string> ReadRequests(string[] lines, IDictionary<string, string[]> heads)
    {
        var requests = new List<string>();
        for (var rest = lines; ;)
        {
            var end = Array.IndexOf(rest, Then);
            requests.Add(ReadRequest(end < 0 ? rest : rest[..end], heads));
            if (end < 0) return requests;
            rest = rest[(end + 1)..];
        }
    }

    private static string ReadRequest(string[] lines, IDictionary<string, string[]> heads)
    {
        var end = Array.IndexOf(lines, "");
        var head = (end < 0 ? lines : lines[..end]).SelectMany(line => line.StartsWith('@') ? Named(line[1..], heads) : [line]);
        var body = end < 0 ? "" : string.Join('\n', lines[(end + 1)..]);
        return string.Concat(head.Select(line => line + "\r\n")) + "\r\n" + body;
    }

    private static string[] Named(string name, IDictionary<string, string[]> heads) =>
        heads.TryGetValue(name, out var lines) ? lines : throw new FormatException($"No head is called '{name}'.");
}
