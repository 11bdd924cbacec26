namespace PipelineMetrics.Api.Hosting.Requests;

/// <summary>Ids in addresses: as one segment of a path where that holds them, else as a query value.</summary>
internal static class RoutedId
{
    /// <summary>A path keeps <c>%2F</c> as it was sent, because a slash would end the segment: the id that was meant.</summary>
    public static string WithSlashes(string routed) => routed.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a path segment leads back to this id: clients resolve dots, and a slash ends the segment.</summary>
    public static bool FitsPath(string id) => id is not ("." or "..") && !id.Contains('/');
}
