using System.Buffers;
using System.Text;
using PipelineMetrics.Events;
using Xunit.Abstractions;

namespace PipelineMetrics.Tests.Events;

/// <summary>What is copied into a line must be what the draft would have made of it.</summary>
public sealed class PlainCompletionTests(ITestOutputHelper output)
{
    private const string GivenId = "00000000-0000-7000-8000-000000000000";

    private static readonly string[] Texts =
        ["\"a\"", "\"a b\"", "\" \"", "\"\"", "\"ä\"", "\"\\u0041\"", "\"/\"", "\"~\"", "\"\u007f\"", "\"<&'+>\"", "\"unknown\"", "\"api\"", "null", "5", "\"\t\""];

    private static readonly string[] Numbers =
        ["0", "1", "45", "007", "-1", "-0", "1.0", "0.0004", "0.0005", "73.5", "73.50", "73.4995", "1e3", "1.", ".5", "999999999999999999", "9999999999999999999",
         "2592000", "2592000.0004", "2592000.0005", "\"5\"", "true", "null", "1000000", "1000001", "123456789.123456789123456789"];

    private static readonly string[] Instants =
        ["\"2026-01-31T12:00:00Z\"", "\"2026-01-31T12:00:00.000Z\"", "\"2026-01-31T13:00:00.5+01:00\"", "\"2026-01-31T12:05:00.000Z\"",
         "\"2026-01-31T12:05:00.001Z\"", "\"2026-01-31T11:59:59.000Z\"", "\"2026-01-31T11:59:58.999Z\"", "\"2025-02-29T00:00:00Z\"", "\"yesterday\"", "null", "1"];

    private static readonly string[] Words =
        ["\"completed\"", "\"failed\"", "\"timed_out\"", "\"success\"", "\"failure\"", "\"partial\"", "\"timeout\"", "\"cancelled\"", "\"estimated\"", "\"reported\"",
         "\"Completed\"", "true", "false", "{}", "[]", "[\"a\"]", "{\"a\":1}"];

    private static readonly string[] Everything = [.. Texts, .. Numbers, .. Instants, .. Words];

    [Fact]
    public void A_line_made_by_copying_is_the_line_that_the_draft_makes()
    {
        var plain = new PlainCompletion();
        var cases = ProofSize.Cases(60_000, 5_000_000);
        var copied = 0;
        for (var seed = 0; seed < cases; seed++)
        {
            var body = Body(new Random(seed));
            if (Copied(plain, body) is not { } line) continue;
            copied++;
            line.ShouldBe(Judged(body), $"seed {seed}: {body}");
        }
        output.WriteLine($"{copied} of {cases} were copied");
        copied.ShouldBeGreaterThan(cases / 20);
    }

    [Theory]
    [InlineData("""{"task_id":"t-1","duration_seconds":73.5,"status":"completed"}""")]
    [InlineData("""{"task_id": "t-1", "status": "failed", "duration_seconds": 73.51234567, "model": "gpt-5", "task_type": "impl"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":0,"status":"failed","created_at":"2026-01-31T12:00:00+00:00","id":"run-1","outcome":"timeout"}""" + "\n")]
    [InlineData("""{"status":"completed","task_id":"t","duration_seconds":1,"actual_input_tokens":5,"actual_cost_usd_micros":7,"quality_gate_passed":true}""")]
    public void What_runners_send_is_copied(string body) => Copied(new PlainCompletion(), body).ShouldBe(Judged(body));

    [Theory]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","actual_input_tokens":5}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","outcome":"failure"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","task_id":"t"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","created_at":"2026-01-31T12:05:00.001Z"}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed","unknown":1}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1,"status":"completed"}{}""")]
    [InlineData("""{"task_id":"t","duration_seconds":1}""")]
    [InlineData("")]
    public void What_must_be_judged_is_not_copied(string body) => Copied(new PlainCompletion(), body).ShouldBeNull();

    private static string? Copied(PlainCompletion plain, string body)
    {
        var sent = Encoding.UTF8.GetBytes(body);
        var line = new byte[PlainCompletion.Room(sent.Length)];
        if (!plain.TryMake(sent, Given.Now, line, out var made)) return null;
        if (made.IdLength == 0) Encoding.ASCII.GetBytes(GivenId, line.AsSpan(made.IdAt));
        return Encoding.UTF8.GetString(line, 0, made.Length);
    }

    private static string Judged(string body)
    {
        var completion = Given.Completion(body);
        if (completion.Id is null) completion = completion.WithId(GivenId);
        var line = new ArrayBufferWriter<byte>();
        completion.WriteTo(line);
        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    // Mostly a body that is right, in any order and with or without blanks, with some fields beside it that may be right or wrong.
    private static string Body(Random random)
    {
        var members = new List<(string Name, string Json)>
        {
            ("task_id", Rarely(random, "\"t\"", Texts)), ("duration_seconds", Rarely(random, "1.5", Numbers)), ("status", Rarely(random, "\"completed\"", Words)),
        };
        var fields = CompletionFields.Reader.Fields;
        for (var i = random.Next(5); i > 0; i--) members.Add((fields[random.Next(fields.Count)].Name, ""));
        if (random.Next(4) > 0) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        var (comma, colon) = (random.Next(3) == 0 ? ", " : ",", random.Next(3) == 0 ? ": " : ":");
        var body = "{" + string.Join(comma, members.Select(m => $"\"{m.Name}\"{colon}{(m.Json.Length > 0 ? m.Json : Value(random, m.Name))}")) + "}";
        if (random.Next(8) > 0) return body;
        var at = random.Next(body.Length);
        return random.Next(2) == 0 ? body.Remove(at, 1) : body.Insert(at, $"{body[random.Next(body.Length)]}");
    }

    private static string Rarely(Random random, string usual, string[] others) => random.Next(4) > 0 ? usual : others[random.Next(others.Length)];

    private static string Value(Random random, string name)
    {
        var fitting = name.EndsWith("_at", StringComparison.Ordinal) ? Instants
            : name.EndsWith("_seconds", StringComparison.Ordinal) || name.Contains("tokens") || name.EndsWith("_micros", StringComparison.Ordinal) ? Numbers
            : name is "outcome" or "cost_source" or "quality_gate_passed" or "outcome_inferred" ? Words : Texts;
        var from = random.Next(6) == 0 ? Everything : fitting;
        return from[random.Next(from.Length)];
    }
}
