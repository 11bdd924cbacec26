namespace PipelineMetrics.Api.Hosting;

/// <summary>Finds what somebody probably meant, for warnings and errors that name an unknown word.</summary>
internal static class NearestName
{
    /// <summary>The closest known name by edit distance, or null when none is near enough to be a slip.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var nearest = known
            .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.candidate is not null && nearest.distance <= Math.Max(2, nearest.candidate.Length / 3) ? nearest.candidate : null;
    }

    /// <summary>Levenshtein distance with one row; a long name is cut, since it is near nothing we know.</summary>
    private static int Distance(string from, string to)
    {
        if (from.Length > 100) return int.MaxValue;
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
