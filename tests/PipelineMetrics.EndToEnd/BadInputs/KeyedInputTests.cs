using System.Security.Cryptography;
using System.Text;
using PipelineMetrics.EndToEnd.Processes;

namespace PipelineMetrics.EndToEnd.BadInputs;

/// <summary>One service that has keys.</summary>
public sealed class KeyedService : BadInputService
{
    internal const string Reader = "reader-key-0123456789";
    internal const string Writer = "writer-key-0123456789";
    internal const string Admin = "admin-key-0123456789";
    private const string Expired = "expired-key-0123456789";

    private protected override ServiceStart Start(TestFolder folder)
    {
        var file = Path.Combine(folder.FullPath, "keys.yaml");
        File.WriteAllText(file, $"""
            server:
              api_keys:
                - name: reader
                  sha256: {HashOf(Reader)}
                  rights: [read]
                - name: writer
                  sha256: {HashOf(Writer)}
                  rights: [write]
                - name: admin
                  sha256: {HashOf(Admin)}
                  rights: [read, write, admin]
                - name: expired
                  sha256: {HashOf(Expired)}
                  rights: [read, write, admin]
                  expires: 2026-01-01T00:00:00Z
            """);
        return new ServiceStart(folder) { Settings = new Dictionary<string, string> { ["config"] = file } };
    }

    private protected override string? Key => Reader;

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

/// <summary>Every input of the corpus of keys goes to one service that has some: nobody gets in, and nothing is written.</summary>
[TestCaseOrderer("PipelineMetrics.EndToEnd.BadInputs.RowsBeforeFacts", "PipelineMetrics.EndToEnd")]
public sealed class KeyedInputTests(KeyedService service) : IClassFixture<KeyedService>
{
    public static TheoryData<string> Inputs => [.. Corpus.OfKeys.Select(input => input.Id)];

    [Theory, MemberData(nameof(Inputs))]
    public Task An_input_is_answered_as_the_corpus_says_and_leaves_nothing_else_behind(string id) =>
        service.JudgeAsync(Corpus.OfKeys.Single(input => input.Id == id));

    [Fact]
    public void After_all_inputs_no_key_stands_in_what_the_service_wrote()
    {
        service.Process.Errors.ShouldBeEmpty();
        foreach (var secret in (string[])[KeyedService.Reader, KeyedService.Writer, KeyedService.Admin, "never-logged"])
            service.Process.Output.ShouldNotContain(secret);
    }
}
