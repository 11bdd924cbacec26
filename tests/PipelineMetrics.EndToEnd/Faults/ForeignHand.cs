using System.Globalization;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.Faults;

/// <summary>Does to a log what others do to it, with the tools they use.</summary>
internal sealed class ForeignHand(TestFolder folder)
{
    private string File => folder.Completions;

    private string Events => Path.Combine(folder.Log, "events.jsonl");

    private string MovedDirectory => folder.Log + ".old";

    /// <summary>A second name of the file: what the service wrote into it is found here, whatever became of the first name.</summary>
    private string Original => Path.Combine(folder.FullPath, "original.jsonl");

    /// <summary>What the refusal must name.</summary>
    public string Victim(TakingAway act) => act switch
    {
        TakingAway.DirectoryMoved => folder.Log,
        TakingAway.EventsRemoved => Events,
        _ => File,
    };

    /// <summary>Whether all that was ever written is still somewhere.</summary>
    public static bool LeavesTheOriginal(TakingAway act) => act is not (TakingAway.CopiedAndEmptied or TakingAway.Cut);

    public void Take(TakingAway act)
    {
        if (act != TakingAway.DirectoryMoved) Shell.Run("ln", Victim(act), Original);
        switch (act)
        {
            case TakingAway.Moved:
                Shell.Run("mv", File, File + ".1");
                break;
            case TakingAway.MovedAndCreated:
                Sh("mv \"$1\" \"$1.1\" && touch \"$1\"");
                break;
            case TakingAway.CopiedAndEmptied:
                Sh("cp \"$1\" \"$1.1\" && truncate -s 0 \"$1\"");
                break;
            case TakingAway.Removed:
                Shell.Run("rm", File);
                break;
            case TakingAway.Cut:
                Shell.Run("truncate", "-s", (new FileInfo(File).Length / 2).ToString(CultureInfo.InvariantCulture), File);
                break;
            case TakingAway.EditedInPlace:
                Shell.Run("sed", "-i", "s/completed/failed/", File);
                break;
            case TakingAway.SavedByAnEditor:
                // Longer than before, so that only the file itself tells that it is another one.
                Sh("cp \"$1\" \"$1.swp\" && yes '' | head -n 100000 >> \"$1.swp\" && mv \"$1.swp\" \"$1\"");
                break;
            case TakingAway.DirectoryMoved:
                Shell.Run("mv", folder.Log, MovedDirectory);
                break;
            case TakingAway.EventsRemoved:
                Shell.Run("rm", Events);
                break;
        }
    }

    /// <summary>Everything back where it was, as the manual says.</summary>
    public void PutBack(TakingAway act)
    {
        if (act == TakingAway.DirectoryMoved) Shell.Run("mv", MovedDirectory, folder.Log);
        else Shell.Run("mv", Original, Victim(act));
    }

    public void Append(string line) => Shell.Run("sh", "-c", "echo \"$2\" >> \"$1\"", "sh", File, line);

    public void Copy() => Shell.Run("cp", File, Path.Combine(folder.FullPath, "backup.jsonl"));

    public void ChangeMode(string mode) => Shell.Run("chmod", mode, File);

    private void Sh(string script) => Shell.Run("sh", "-c", script, "sh", File);
}
