using System.Text;

namespace PipelineMetrics.Api.Tests.Completions.Fuzzing;

/// <summary>Valid bodies with something wrong, made from one seed: first in the grammar, then now and then in the bytes.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly (string Name, string Json)[] Valid =
    [
        ("task_id", "\"t-1\""), ("task_type", "\"spec\""), ("model", "\"claude-sonnet-4-5\""), ("duration_seconds", "73.5"), ("status", "\"completed\""),
        ("created_at", "\"2026-01-31T10:00:00.5+01:00\""), ("id", "\"run-1\""), ("outcome", "\"success\""), ("chain_id", "\"c\""), ("runner", "\"r\""),
        ("started_at", "\"2026-01-31T09:00:00Z\""), ("queue_wait_seconds", "0.25"), ("retry_count", "2"), ("actual_input_tokens", "1200"),
        ("actual_output_tokens", "300"), ("reasoning_tokens", "30"), ("actual_cost_usd_micros", "1500"), ("actual_cost_usd", "0.0015"),
        ("cost_source", "\"estimated\""), ("quality_gate_passed", "true"), ("quality_gates_run", "[\"lint\",\"test\"]"), ("quality_gates_failed", "[\"lint\"]"),
        ("context_utilization_final", "0.5"), ("peak_memory_bytes", "123456789"), ("tool_calls", "9"), ("tool_errors", "1"), ("error", "\"it broke\\n\""),
        ("outcome_inferred", "false"), ("revises", "\"run-1\""), ("revision", "1"), ("metadata", "{\"a\":[1.0,{\"b\":null}]}"), ("source", "\"import\""),
        ("seq", "1"), ("crc", "\"00000000\""), ("superseded_by", "\"x\""), ("unheard_of", "1e2"),
    ];

    private static readonly string[] Required = ["task_id", "duration_seconds", "status"];

    private static readonly string[] Edges =
    [
        "null", "true", "0", "-0", "-0.0", "-1", "1", "1.5", "0.0005", "1e2", "1e400", "-1e400", "1e-400", "NaN", "Infinity", "-Infinity", "\"NaN\"",
        "0x10", "01", "1.", ".5", "+1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "9007199254740993",
        "123456789012345678901234567890", "79228162514264337593543950335", "79228162514264337593543950336", "2592000", "2592000.0005", "\"\"",
        "\" \"", "\"12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\ude00\"", "\"\u2028\"", "\"\\n\\r\\t\"", "\"\\u202e\"",
        "\"<script>\"", "\"=1+1\"", "\"{0}\"", "[]", "{}", "[null]", "[[]]", "{\"a\":1,\"a\":2}", "[\"a\",\"a\"]", "\"2026-02-30T00:00:00Z\"",
        "\"2026-01-31T24:00:00Z\"", "\"2026-01-31T10:00:00\"", "\"2026-01-31\"", "\"0001-01-01T00:00:00+14:00\"", "\"0001-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59.999-14:00\"", "\"9999-12-31T23:59:59.999Z\"", "\"1969-12-31T23:59:59.999Z\"", "\"2026-06-30T23:59:60Z\"", "1769853600",
        "\"failed\"", "\"timed_out\"", "\"Completed\"", "\"cancelled\"", "\"partial\"", "999", "\"999\"", "\"success,failure\"", "\"..\"", "\"/\"",
        "\"%2F\"",
        "\"\\\"\"", "\"}\\\"]\"", "\"\\\\\"", "\",{[\"",
    ];

    private static readonly byte[][] Bytes =
    [
        [0], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xf0, 0x9f, 0x98],
        .. "\n\r\"\\{}[],:".Select(c => new[] { (byte)c }),
    ];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <summary>One record: often right, mostly nearly right.</summary>
    public byte[] Record()
    {
        var members = Valid.Where(m => _random.Next(Required.Contains(m.Name) ? 1 : m.Name == "id" ? 2 : 10) == 0)
            .Select(m => m with { Json = Own(m.Name, m.Json) }).ToList();
        for (var i = Math.Max(0, _random.Next(-2, 4)); i > 0; i--) Mutate(members);
        var bytes = Encoding.UTF8.GetBytes(Written(members));
        return _random.Next(8) == 0 ? Broken(bytes) : bytes;
    }

    /// <summary>Records between separators that are mostly right, broken as a whole now and then.</summary>
    public byte[] Batch(bool isArray)
    {
        using var body = new MemoryStream();
        if (isArray) body.Write("["u8);
        for (var i = _random.Next(1, 8); i > 0; i--)
        {
            body.Write(Record());
            if (isArray ? i > 1 || _random.Next(40) == 0 : _random.Next(40) > 0) body.Write(Encoding.UTF8.GetBytes(Separator(isArray)));
        }
        if (isArray && _random.Next(40) > 0) body.Write("]"u8);
        return _random.Next(30) == 0 ? Broken(body.ToArray()) : body.ToArray();
    }

    private string Separator(bool isArray) => (isArray, _random.Next(12)) switch
    {
        (true, 0) => " ,\r\n\t",
        (true, 1) when _random.Next(4) == 0 => ",,",
        (true, _) => ",",
        (false, 0) => "\r\n",
        (false, 1) => "\n\n  \n",
        (false, 2) when _random.Next(4) == 0 => "\r",
        _ => "\n",
    };

    // Ids that others near by have too, so that many come again: with another content, and as what is corrected.
    private string Own(string name, string json) => name switch
    {
        "id" or "revises" => $"\"run-{seed / 100}-{_random.Next(300)}\"",
        "task_id" => $"\"t-{_random.Next(5)}\"",
        _ => json,
    };

    private void Mutate(List<(string Name, string Json)> members)
    {
        if (members.Count == 0) return;
        var at = _random.Next(members.Count);
        var (name, json) = members[at];
        switch (_random.Next(11))
        {
            case 0 or 1 or 2:
                members[at] = (name, Edge());
                break;
            case 3:
                members.RemoveAt(at);
                break;
            case 4:
                members.Insert(_random.Next(members.Count + 1), (name, _random.Next(2) == 0 ? json : Edge()));
                break;
            case 5:
                var shuffled = members.ToArray();
                _random.Shuffle(shuffled);
                (members[0], members[^1]) = (shuffled[0], shuffled[^1]);
                members.Reverse();
                break;
            case 6:
                members[at] = (name, json.StartsWith('"') ? json.Trim('"') : $"\"{json.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
                break;
            case 7:
                var depth = _random.Next(1, 70);
                members[at] = (name, _random.Next(2) == 0 ? Nested("[", json, "]", depth) : Nested("{\"x\":", json, "}", depth));
                break;
            case 8:
                members[at] = (name, $"\"{new string('é', _random.Next(1, 6) * 51)}\"");
                break;
            case 9:
                members[at] = (_random.Next(3) switch { 0 => name.ToUpperInvariant(), 1 => $"\\u{(int)name[0]:x4}{name[1..]}", _ => "\\ud800" }, json);
                break;
            default:
                members.Add(("metadata", $"{{\"k\":{Edge()},\"{new string('m', _random.Next(20))}\":{Edge()}}}"));
                break;
        }
    }

    private string Edge() => Edges[_random.Next(Edges.Length)];

    private static string Nested(string open, string inner, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));

    private string Written(List<(string Name, string Json)> members)
    {
        var space = _random.Next(10) == 0 ? " \t" : "";
        return "{" + string.Join("," + space, members.Select(m => $"\"{m.Name}\"{space}:{space}{m.Json}")) + space + "}";
    }

    private byte[] Broken(byte[] body)
    {
        var (at, length) = (_random.Next(body.Length), _random.Next(1, 9));
        var end = Math.Min(body.Length, at + length);
        switch (_random.Next(6))
        {
            case 0:
                body[at] ^= (byte)(1 << _random.Next(8));
                return body;
            case 1:
                return body[..at];
            case 2:
                return [.. body[..at], .. body[end..]];
            case 3:
                return [.. body[..end], .. body[at..]];
            case 4:
                return [.. body[..at], .. Bytes[_random.Next(Bytes.Length)], .. body[at..]];
            default:
                return [.. body, .. body[at..end]];
        }
    }
}
