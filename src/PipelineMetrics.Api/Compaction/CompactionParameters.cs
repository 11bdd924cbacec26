using System.Text.Json;
using PipelineMetrics.Api.Hosting;
using PipelineMetrics.Api.Hosting.Errors;
using PipelineMetrics.Api.Hosting.Requests;
using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Compaction;

/// <summary>Reads what is to leave, from the query, a JSON body, or both.</summary>
internal static class CompactionParameters
{
    private const string When = "must be an RFC 3339 instant with an offset or a length such as 24h or 30d";
    private static readonly string[] Names = ["before", "seal", "dry_run"];
    private static readonly JsonDocumentOptions Flat = new() { MaxDepth = 16 };

    /// <summary>What is asked for, or the problem with it.</summary>
    public static IResult? Read(IQueryCollection query, ReadOnlyMemory<byte> body, DateTimeOffset now, out CompactionRequest? asked)
    {
        asked = null;
        if (TryReadBody(body, out var said) is { } unreadable) return unreadable;
        var reader = new QueryReader(query);
        foreach (var name in Names)
        {
            if (reader.One(name) is not { } value) continue;
            if (!said.TryAdd(name, value)) reader.Add(name, "must be given once, here or in the body", value);
        }
        var before = default(DateTimeOffset);
        if (said.TryGetValue("before", out var text) && !TimeRangeParameters.TryInstant(text, now, out before)) reader.Add("before", When, text);
        var (seal, dryRun) = (Flag(reader, said, "seal"), Flag(reader, said, "dry_run"));
        if (reader.Refusal() is { } refusal) return refusal;
        if (text is null) return Problems.Invalid(new FieldError("before", "is required", null));
        asked = new CompactionRequest(before, seal, dryRun);
        return null;
    }

    private static bool Flag(QueryReader reader, Dictionary<string, string> said, string name)
    {
        if (said.TryGetValue(name, out var text) && text is not ("true" or "false")) reader.Add(name, "must be true or false", text);
        return text == "true";
    }

    private static IResult? TryReadBody(ReadOnlyMemory<byte> body, out Dictionary<string, string> said)
    {
        said = new Dictionary<string, string>(StringComparer.Ordinal);
        if (body.IsEmpty) return null;
        try
        {
            using var json = JsonDocument.Parse(body, Flat);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return Unreadable("wrong_type", "must be an object");
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (Take(member, said) is { } wrong) return wrong;
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter is a name or a text with an escape that is no Unicode.
            return Unreadable("invalid_json", "must be JSON");
        }
    }

    private static IResult? Take(JsonProperty member, Dictionary<string, string> said)
    {
        if (!Names.Contains(member.Name))
        {
            var hint = NearestName.Of(member.Name, Names) is { } nearest ? $"; perhaps '{nearest}' was meant" : "";
            return Problems.Invalid(new FieldError(member.Name, $"is not known here{hint}", null));
        }
        var isRight = member.Name == "before" ? member.Value.ValueKind == JsonValueKind.String : member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False;
        if (!isRight) return Unreadable("wrong_type", member.Name == "before" ? "must be a string" : "must be true or false", member.Name);
        var isFirst = said.TryAdd(member.Name, member.Name == "before" ? member.Value.GetString()! : member.Value.GetRawText());
        return isFirst ? null : Unreadable("duplicate_field", "must be given once", member.Name);
    }

    private static IResult Unreadable(string code, string rule, string field = "body") => Problems.Result(
        StatusCodes.Status400BadRequest, code, $"The body cannot be read: '{field}' {rule}.", [new FieldError(field, rule, null)]);
}
