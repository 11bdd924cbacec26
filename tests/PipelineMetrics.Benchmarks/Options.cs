using System.Globalization;

namespace PipelineMetrics.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Options
{
    public const string Usage =
        """
        usage: dotnet run -c Release --project tests/PipelineMetrics.Benchmarks -- [options]
          --rows N          records to load and to ask about, default 10000000
          --rounds N        how often each pair is measured in turn, default 5
          --seconds N       how long one measurement under load lasts, default 4
          --only 1,4,7      these goals only
          --quick           100000 records, 1 round, 1 second: to see that it works
          --work DIR        where the files go, default a new temporary directory; gone afterwards
          --markdown FILE   writes the table there too
        PIPELINE_METRICS_PEERS names the directory of the other products, see peers/README.md.
        """;

    public long Rows { get; private set; } = 10_000_000;

    public int Rounds { get; private set; } = 5;

    public int Seconds { get; private set; } = 4;

    public string Work { get; private set; } = Path.Combine(Path.GetTempPath(), $"pipeline-metrics-bench-{Environment.ProcessId}");

    public string? Markdown { get; private set; }

    private IReadOnlyList<int> Only { get; set; } = [];

    public bool Wants(int goal) => Only.Count == 0 || Only.Contains(goal);

    public static bool TryRead(string[] args, out Options options, out string problem)
    {
        options = new Options();
        problem = "";
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                (options.Rows, options.Rounds, options.Seconds) = (100_000, 1, 1);
                continue;
            }
            if (i + 1 == args.Length || !options.TrySet(args[i], args[i + 1]))
            {
                problem = $"'{args[i]}' is no option, or its value is missing or wrong.";
                return false;
            }
            i++;
        }
        return true;
    }

    private bool TrySet(string name, string value)
    {
        switch (name)
        {
            case "--rows" when TryNumber(value, 10_000, out var rows):
                Rows = rows;
                return true;
            case "--rounds" when TryNumber(value, 1, out var rounds):
                Rounds = (int)rounds;
                return true;
            case "--seconds" when TryNumber(value, 1, out var seconds):
                Seconds = (int)seconds;
                return true;
            case "--only":
                Only = [.. value.Split(',').Select(goal => TryNumber(goal, 1, out var number) ? (int)number : 0)];
                return Only.All(goal => goal is >= 1 and <= 12);
            case "--work":
                Work = Path.GetFullPath(value);
                return !Directory.Exists(Work);
            case "--markdown":
                Markdown = Path.GetFullPath(value);
                return true;
            default:
                return false;
        }
    }

    private static bool TryNumber(string text, long least, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= 100_000_000;
}
