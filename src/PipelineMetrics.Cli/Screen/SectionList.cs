using Spectre.Console;
using Spectre.Console.Rendering;

namespace PipelineMetrics.Cli.Screen;

/// <summary>A list with a title.</summary>
/// <param name="Count">How many rows it would like to have.</param>
/// <param name="Table">Makes it, with so many rows below its titles.</param>
/// <param name="Title">What it is called when it is empty.</param>
/// <param name="Nothing">What it says then.</param>
internal sealed record Section(int Count, Func<int, TextTable> Table, string Title, string Nothing)
{
    /// <summary>The rows it would like to have below its title.</summary>
    public int Wants => Math.Max(Count, 1);

    public IRenderable Draw(int rows) => Count > 0 ? Table(rows) : new TextTable().Text(Title).Row(new Cell(Nothing, Look.Quiet));
}

/// <summary>Lists one below the other in a given number of rows.</summary>
internal static class SectionList
{
    private const int LeastRows = 4;

    /// <summary>Gives each list its title and shares out the other rows evenly; where there is little room, the last lists are left out.</summary>
    /// <param name="lists">The lists, the most urgent first.</param>
    /// <param name="room">How many rows there are.</param>
    /// <param name="order">Which list stands where, from the top.</param>
    public static Rows Fit(IReadOnlyList<Section> lists, int room, IReadOnlyList<int> order)
    {
        var sections = lists.Take(Math.Max(room / LeastRows, 1)).ToList();
        var rows = Share(sections, room - sections.Count);
        var apart = rows.Sum() + (2 * sections.Count) - 1 <= room;
        var parts = new List<IRenderable>();
        foreach (var at in order.Where(at => at < sections.Count))
        {
            if (apart && parts.Count > 0) parts.Add(Line.Empty);
            parts.Add(sections[at].Draw(rows[at]));
        }
        return new Rows(parts);
    }

    private static int[] Share(List<Section> sections, int room)
    {
        var rows = sections.Select(_ => 1).ToArray();
        for (var left = room - rows.Length; left > 0;)
        {
            var before = left;
            for (var i = 0; i < rows.Length && left > 0; i++)
            {
                if (rows[i] >= sections[i].Wants) continue;
                rows[i]++;
                left--;
            }
            if (left == before) break;
        }
        return rows;
    }
}
