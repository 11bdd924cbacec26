using System.Buffers;
using System.Text;
using System.Text.Json;
using PipelineMetrics.Events;

namespace PipelineMetrics.Alerting;

/// <summary>The same in the shape that Slack shows: one line of text for the notification, and blocks with the data.</summary>
internal static class SlackBody
{
    // Slack takes 3,000 characters in a block.
    private const int MostChars = 2800;

    private static readonly string[] Subjects = ["task_id", "alert", "subject"];

    /// <summary>Makes Slack's body of ours.</summary>
    public static byte[] Of(WebhookMessage message)
    {
        using var body = JsonDocument.Parse(message.Body);
        var data = body.RootElement.GetProperty("data");
        var headline = Headline(message.Type, data);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Completion.OneLine);
        json.WriteStartObject();
        json.WriteString("text", headline);
        json.WriteStartArray("blocks");
        Section(json, $"*{headline}*");
        Section(json, Lines(data));
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Headline(string type, JsonElement data)
    {
        var subject = Subjects.Select(name => Text(data, name)).FirstOrDefault(text => text is not null);
        return Escaped(subject is null ? type : $"{type}: {subject}");
    }

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Lines(JsonElement data)
    {
        var text = new StringBuilder();
        foreach (var member in data.EnumerateObject()) text.Append(Escaped($"{member.Name}: {member.Value}")).Append('\n');
        return text.Length == 0 ? "-" : text.ToString();
    }

    private static void Section(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "section");
        json.WriteStartObject("text");
        json.WriteString("type", "mrkdwn");
        json.WriteString("text", Cut(text));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // What Slack asks for: nothing else has a meaning of its own in its text that a caller could abuse to mention or to link.
    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string text)
    {
        if (text.Length <= MostChars) return text;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MostChars - 1]) ? MostChars - 1 : MostChars), "…");
    }
}
