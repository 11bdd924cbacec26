namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>Somebody with no rights beyond those every user has.</summary>
internal static class OtherUser
{
    private const string Nobody = "65534";

    /// <summary>The command that runs another one as this user.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"];

    public static void Run(params string[] words) => Shell.Run(Words[0], [.. Words.Skip(1), .. words]);

    /// <summary>Gives a directory and what is in it to this user.</summary>
    public static void Own(string directory) => Shell.Run("chown", "-R", $"{Nobody}:{Nobody}", directory);
}
