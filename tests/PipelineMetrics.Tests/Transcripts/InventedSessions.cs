using System.Text.Json;

namespace PipelineMetrics.Tests.Transcripts;

/// <summary>
/// A directory of Claude Code session files that grows step by step, with everything that makes reading them hard, and what it really comes to:
/// who invents an answer knows what it used.
/// </summary>
internal sealed class InventedSessions(Random random) : IDisposable
{
    private const string Model = "claude-sonnet-4-5";
    private readonly List<Session> _sessions = [];
    private int _made;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("sessions-").FullName;

    public DateTimeOffset Now { get; private set; } = new(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Tokens of all answers: input, output, read, written.</summary>
    public long[] Used { get; } = new long[4];

    /// <summary>Sessions in which a model answered.</summary>
    public int Answered => _sessions.Count(s => s.Answers.Count > 0);

    /// <summary>Goes on for a moment or a long time.</summary>
    public void Step()
    {
        Now += TimeSpan.FromSeconds(random.Next(8) switch { 0 => 20 * 60, 1 => 3 * 3600, 2 => 14 * 60, _ => random.Next(1, 90) });
        var session = _sessions.Count == 0 || random.Next(12) == 0 ? Begin() : _sessions[random.Next(_sessions.Count)];
        if (session.IsLeft) return;
        switch (random.Next(10))
        {
            case 0 or 1: Ask(session); break;
            case 2: Append(session.Main, User(session, new[] { new { type = "text", text = "[Request interrupted by user]" } })); break;
            case 3: Append(session.Main, "{\"type\":\"assistant\",\"torn"); break;
            case 4: Replay(session); break;
            case 5 when random.Next(3) == 0: Continue(session); break;
            case 6: Append(session.Main, """{"type":"progress","data":[1,{}]}"""); break;
            default: Answer(session, random.Next(3) == 0); break;
        }
    }

    /// <summary>Nothing happens for a while.</summary>
    public void Wait(TimeSpan time) => Now += time;

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private Session Begin()
    {
        var session = new Session($"{++_made:d8}-0000-4000-8000-000000000000", Directory);
        _sessions.Add(session);
        Ask(session);
        return session;
    }

    // The old file stays as it is, and the new one begins with all it holds.
    private void Continue(Session old)
    {
        old.IsLeft = true;
        var session = new Session($"{++_made:d8}-0000-4000-8000-000000000000", Directory);
        File.Copy(old.Main, session.Main);
        _sessions.Add(session);
        Answer(session, isBelow: false);
    }

    private void Ask(Session session) => Append(session.Main, User(session, "please"));

    private void Answer(Session session, bool isBelow)
    {
        var answer = (Id: $"msg_{++_made}", Request: $"req_{_made}", Usage: new long[] { random.Next(50), 1 + random.Next(500), random.Next(9000), random.Next(300) });
        for (var i = 0; i < 4; i++) Used[i] += answer.Usage[i];
        if (!isBelow) session.Answers.Add(answer);
        // Written once for each part, the last time with all of its output.
        var parts = random.Next(1, 4);
        for (var part = 1; part <= parts; part++)
        {
            long[] usage = [answer.Usage[0], part == parts ? answer.Usage[1] : 1, answer.Usage[2], answer.Usage[3]];
            Append(isBelow ? session.Below : session.Main, Line(session, answer.Id, answer.Request, usage, isBelow));
        }
        if (isBelow) session.Answers.Add((answer.Id, answer.Request, answer.Usage));
    }

    // The file of an agent below has what the main one was asked before, under another request.
    private void Replay(Session session)
    {
        if (session.Answers.Count == 0) return;
        var (id, _, usage) = session.Answers[random.Next(session.Answers.Count)];
        Append(session.Below, Line(session, id, $"req_again_{++_made}", usage, isBelow: true));
    }

    private string User(Session session, object content) => JsonSerializer.Serialize(
        new { type = "user", uuid = $"u{++_made}", timestamp = Now, sessionId = session.Id, version = "2.0.1", message = new { role = "user", content } });

    private string Line(Session session, string id, string request, long[] usage, bool isBelow) => JsonSerializer.Serialize(new
    {
        type = "assistant",
        uuid = $"a{++_made}",
        timestamp = Now,
        sessionId = session.Id,
        version = "2.0.1",
        isSidechain = isBelow,
        requestId = request,
        message = new
        {
            id,
            model = Model,
            usage = new { input_tokens = usage[0], output_tokens = usage[1], cache_read_input_tokens = usage[2], cache_creation_input_tokens = usage[3] },
            content = Array.Empty<object>(),
        },
    });

    private static void Append(string file, string line)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.AppendAllText(file, line + "\n");
    }

    private sealed class Session(string id, string directory)
    {
        public string Id { get; } = id;

        public string Main { get; } = Path.Combine(directory, $"{id}.jsonl");

        public string Below { get; } = Path.Combine(directory, id, "subagents", "agent-1.jsonl");

        public List<(string Id, string Request, long[] Usage)> Answers { get; } = [];

        public bool IsLeft { get; set; }
    }
}
