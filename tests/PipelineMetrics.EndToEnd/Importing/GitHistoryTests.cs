using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.EndToEnd.Faults;
using PipelineMetrics.Importing;
using static PipelineMetrics.EndToEnd.Importing.GitRepository;

namespace PipelineMetrics.EndToEnd.Importing;

/// <summary>What real repositories tell, read by the real git.</summary>
public sealed class GitHistoryTests : IDisposable
{
    private const string Tasks = "docs/tasks";
    private const string Requests = "docs/requests";
    private readonly GitRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [FactNeeding(Tool.Git)]
    public async Task Files_that_come_and_go_where_the_done_ones_are_tell_the_story_of_their_tasks()
    {
        _repository.Add($"{Tasks}/.chains/CHAIN-001-a.yaml");
        _repository.Add($"{Tasks}/.chains/CHAIN-002-b.json");
        _repository.Add($"{Tasks}/todo/CHAIN-001-a/001-first.md");
        _repository.Add($"{Requests}/change-requests/todo/CR-20251201-001-idea.md");
        _repository.Commit("2025-12-01T10:00:00+01:00");
        _repository.Add($"{Tasks}/done/CHAIN-001-a/002-at-once.md");
        _repository.Add($"{Tasks}/todo/CHAIN-001-a/003-first-rework.md");
        _repository.Add($"{Tasks}/todo/CHAIN-001-a/004-first-rework-2.md");
        _repository.Commit("2025-12-01T09:30:00Z");
        _repository.Move($"{Tasks}/todo/CHAIN-001-a/001-first.md", $"{Tasks}/in-review/CHAIN-001-a/001-first.md");
        _repository.Commit("2025-12-01T10:00:00Z");
        _repository.Move($"{Tasks}/in-review/CHAIN-001-a/001-first.md", $"{Tasks}/done/CHAIN-001-a/001-first.md");
        _repository.Move($"{Requests}/change-requests/todo/CR-20251201-001-idea.md", $"{Requests}/change-requests/done/CR-20251201-001-idea.md");
        _repository.Commit("2025-12-01T10:30:00Z");
        _repository.Move($"{Tasks}/done/CHAIN-001-a/001-first.md", $"{Tasks}/done/CHAIN-002-b/001-first.md");
        _repository.Commit("2025-12-01T11:00:00Z");

        (await ReadAsync()).ShouldBe(
        [
            "09:00 chain:created chain CHAIN-001-a", "09:00 chain:created chain CHAIN-002-b", "09:00 task:started task CHAIN-001-a/001-first",
            "09:30 task:started task CHAIN-001-a/002-at-once", "09:30 task:rework task CHAIN-001-a/003-first-rework", "09:30 task:rework task CHAIN-001-a/004-first-rework-2",
            "10:30 request:closed request CR-20251201-001", "10:30 task:completed task CHAIN-001-a/001-first",
        ]);
    }

    [FactNeeding(Tool.Git)]
    public async Task Anything_else_tells_nothing()
    {
        string[] others =
        [
            "docs/other/todo/CHAIN-001-a/001-first.md", $"{Tasks}/todo/001-first.md", $"{Tasks}/todo/chain-001/001-first.md", $"{Tasks}/todo/CHAIN-001-a/first.md",
            $"{Tasks}/todo/CHAIN-001-a/001-first.txt", $"{Tasks}/.chains/CHAIN-001-a.md", $"{Requests}/other/todo/CR-20251201-001.md", $"{Requests}/fix-requests/todo/FR-2025-1.md",
            $"{Requests}/fix-requests/done/FR-20251201-001.md", $"{Tasks}/todo/CHAIN-001-a/001 a line\nand 'another' \"ü\".txt",
        ];
        foreach (var path in others) _repository.Add(path);
        _repository.Commit("2025-12-01T10:00:00Z");
        _repository.Git("rm", "--quiet", "-r", Tasks);
        _repository.Commit("2025-12-01T11:00:00Z");
        (await ReadAsync()).ShouldBeEmpty();
    }

    [FactNeeding(Tool.Git)]
    public async Task The_oldest_comes_first_by_its_author_whatever_the_order_of_commits()
    {
        foreach (var (time, task) in new[] { ("12:00", 1), ("10:00", 2), ("11:00", 3), ("10:00", 4) })
        {
            _repository.Add($"{Tasks}/todo/CHAIN-1-x/{task}-t.md");
            _repository.Commit($"2025-12-01T{time}:00Z");
        }
        (await ReadAsync()).Select(fact => fact[^3]).ShouldBe(['2', '4', '3', '1']);
        (await ReadAsync(new GitHistoryOptions { Since = At("11:00") })).Count.ShouldBe(2);
    }

    [FactNeeding(Tool.Git)]
    public async Task A_rewritten_history_tells_the_same_under_the_same_ids()
    {
        _repository.Add($"{Tasks}/todo/CHAIN-1-x/1-ü \"q\".md");
        _repository.Commit("2025-12-01T10:00:00Z");
        _repository.Move($"{Tasks}/todo/CHAIN-1-x/1-ü \"q\".md", $"{Tasks}/done/CHAIN-1-x/1-ü \"q\".md");
        _repository.Commit("2025-12-01T11:00:00Z");
        var before = await FactsAsync();
        _repository.Git("-c", "user.name=b", "-c", "user.email=b@example.com", "rebase", "--quiet", "--root", "--force-rebase");
        var after = await FactsAsync();
        after.Select(fact => fact.Id).ShouldBe(before.Select(fact => fact.Id));
        after.Select(fact => fact.Commit).Intersect(before.Select(fact => fact.Commit)).ShouldBeEmpty();
        before.Select(fact => fact.EntityId).ShouldBe(["1-ü \"q\"", "1-ü \"q\""]);
    }

    [FactNeeding(Tool.Git)]
    public async Task What_happened_once_is_told_once()
    {
        _repository.Add($"{Tasks}/todo/CHAIN-1-x/1-a.md");
        _repository.Add($"{Tasks}/done/CHAIN-1-x/1-a.md");
        _repository.Commit("2025-12-01T10:00:00Z");
        (await ReadAsync()).ShouldHaveSingleItem();
    }

    [FactNeeding(Tool.Git)]
    public async Task A_folder_of_the_repository_is_read_by_itself_and_other_names_can_be_given()
    {
        _repository.Add("part/docs/tasks/todo/CHAIN-1-x/1-a.md");
        _repository.Add("part/work/done/CHAIN-1-x/2-b.md");
        _repository.Commit("2025-12-01T10:00:00Z");
        (await GitHistory.ReadAsync(Path.Combine(_repository.Path, "part"), new GitHistoryOptions())).ShouldHaveSingleItem().EntityId.ShouldBe("1-a");
        var other = new GitHistoryOptions { Folders = ["part/work"], TaskFile = new(@"^part/work/[^/]+/(?<chain>[^/]+)/(?<task>[^/]+)\.md$") };
        (await ReadAsync(other)).ShouldBe(["10:00 task:started task CHAIN-1-x/2-b"]);
    }

    [FactNeeding(Tool.Git)]
    public async Task A_fact_is_a_line_of_ADR_009_that_can_be_imported()
    {
        _repository.Add($"{Tasks}/todo/CHAIN-1-x/1-a.md");
        _repository.Commit("2025-12-01T10:00:00Z");
        var fact = (await FactsAsync()).ShouldHaveSingleItem();
        var buffer = new ArrayBufferWriter<byte>();
        fact.WriteTo(buffer);
        JsonElement.Parse(buffer.WrittenSpan).GetProperty("metadata").GetProperty("commit").GetString()!.Length.ShouldBe(40);
        Encoding.UTF8.GetString(buffer.WrittenSpan).ShouldStartWith(
            $$"""{"eventType":"task:started","entityType":"task","entityId":"1-a","chainId":"CHAIN-1-x","id":"{{fact.Id}}","timestamp":"2025-12-01T10:00:00.000Z","source":"git-import",""");
    }

    [FactNeeding(Tool.Git)]
    public async Task Where_git_fails_its_own_message_is_the_error()
    {
        (await Should.ThrowAsync<GitException>(FactsAsync)).Message.ShouldContain("does not have any commits");
        var nowhere = Path.Combine(_repository.Path, "nowhere");
        (await Should.ThrowAsync<GitException>(() => GitHistory.ReadAsync(nowhere, new GitHistoryOptions()))).Message.ShouldContain("nowhere");
        var outside = Directory.CreateTempSubdirectory("pipeline-metrics-none-");
        (await Should.ThrowAsync<GitException>(() => GitHistory.ReadAsync(outside.FullName, new GitHistoryOptions()))).Message.ShouldContain("not a git repository");
        outside.Delete();
    }

    [FactNeeding(Tool.Git)]
    public async Task A_history_that_breaks_off_is_an_error_and_no_short_history()
    {
        for (var i = 0; i < 3; i++)
        {
            _repository.Add($"{Tasks}/todo/CHAIN-1-x/{i}-a.md");
            _repository.Commit("2025-12-01T10:00:00Z");
        }
        var loose = Directory.GetFiles(Path.Combine(_repository.Path, ".git", "objects"), "*", SearchOption.AllDirectories);
        foreach (var file in loose.OrderByDescending(File.GetCreationTimeUtc).Take(loose.Length / 2))
        {
            File.SetAttributes(file, FileAttributes.Normal);
            File.WriteAllText(file, "");
        }
        await Should.ThrowAsync<GitException>(FactsAsync);
    }

    private Task<IReadOnlyList<GitFact>> FactsAsync() => GitHistory.ReadAsync(_repository.Path, new GitHistoryOptions());

    private async Task<List<string>> ReadAsync(GitHistoryOptions? options = null) =>
        [.. (await GitHistory.ReadAsync(_repository.Path, options ?? new GitHistoryOptions())).Select(fact =>
            $"{fact.At:HH:mm} {fact.EventType} {fact.EntityType} {(fact.ChainId is null ? "" : $"{fact.ChainId}/")}{fact.EntityId}")];
}
