using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Contracts;

namespace PipelineMetrics.Client.Tests;

public sealed class CompletionLineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    private static readonly Guid NewId = Guid.Parse("0190c2a5-0000-7000-8000-000000000001");
    private static readonly JsonSerializerOptions Oracle = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void Every_field_of_the_contract_is_written_as_a_serialiser_would()
    {
        var completion = new CompletionRequest();
        foreach (var property in typeof(CompletionRequest).GetProperties()) property.SetValue(completion, ValueFor(property.Name, property.PropertyType));
        ShouldEqualTheSerialiser(completion);
    }

    [Fact]
    public void Each_field_alone_is_written_as_a_serialiser_would()
    {
        foreach (var property in typeof(CompletionRequest).GetProperties())
        {
            var completion = new CompletionRequest { Id = "x", CreatedAt = Now };
            property.SetValue(completion, ValueFor(property.Name, property.PropertyType));
            ShouldEqualTheSerialiser(completion);
        }
    }

    [Fact]
    public void Without_an_id_and_a_time_it_gets_those_of_its_tracking() =>
        JsonNode.DeepEquals(
            JsonNode.Parse(Write(new CompletionRequest { TaskId = "t" })),
            JsonNode.Parse($$"""{"task_id":"t","created_at":"2026-01-02T03:04:05.6780000+00:00","id":"{{NewId}}"}""")).ShouldBeTrue();

    [Fact]
    public void Any_text_comes_through_and_never_breaks_the_line() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        text ??= "";
        var line = Write(new CompletionRequest { TaskId = text, QualityGatesRun = [text, "b"], Id = "x", CreatedAt = Now });
        line.ShouldNotContain((byte)'\n');
        // Half a surrogate pair is no text; it becomes the sign for that, as with every UTF-8 encoder.
        JsonElement.Parse(line).GetProperty("task_id").GetString().ShouldBe(System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_single_character_comes_through()
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            if (char.IsSurrogate((char)code)) continue;
            var text = $"a{(char)code}b";
            JsonElement.Parse(Write(new CompletionRequest { TaskId = text })).GetProperty("task_id").GetString().ShouldBe(text);
        }
    }

    [Fact]
    public void Metadata_written_over_several_lines_stays_on_one()
    {
        var metadata = JsonElement.Parse("{\r\n  \"a\": \"x\\ny\",\n  \"b\": [1,\n2]\n}");
        var line = Write(new CompletionRequest { Metadata = metadata });
        line.ShouldNotContain((byte)'\n');
        line.ShouldNotContain((byte)'\r');
        JsonElement.DeepEquals(JsonElement.Parse(line).GetProperty("metadata"), metadata).ShouldBeTrue();
    }

    [Fact]
    public void What_does_not_fit_is_said_and_nothing_is_written_behind_the_room()
    {
        var completion = new CompletionRequest
        {
            TaskId = "a\"é\n😀", DurationSeconds = 1.5m, RetryCount = 3, QualityGatePassed = true, QualityGatesRun = ["a", "b"], StartedAt = Now,
            Metadata = JsonElement.Parse("""{"k":1}"""),
        };
        var whole = Write(completion);
        for (var room = 0; room < whole.Length + 2; room++)
        {
            var bytes = new byte[whole.Length + 16];
            var length = CompletionLine.Write(bytes.AsSpan(0, room), completion, Now, NewId);
            length.ShouldBe(room < whole.Length ? -1 : whole.Length, $"room for {room}");
            bytes.AsSpan(room).ToArray().ShouldAllBe(b => b == 0);
        }
    }

    private static void ShouldEqualTheSerialiser(CompletionRequest completion)
    {
        var line = Write(completion);
        var text = JsonSerializer.Serialize(completion, Oracle);
        JsonSerializer.Serialize(JsonSerializer.Deserialize<CompletionRequest>(line), Oracle).ShouldBe(text);
        JsonElement.Parse(line).EnumerateObject().Select(field => field.Name).ShouldBe(JsonElement.Parse(text).EnumerateObject().Select(field => field.Name));
    }

    private static byte[] Write(CompletionRequest completion)
    {
        var bytes = new byte[CompletionLine.MostBytes];
        return bytes[..CompletionLine.Write(bytes, completion, Now, NewId)];
    }

    private static object ValueFor(string name, Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => $"text of {name}",
        var t when t == typeof(long) => long.MaxValue - name.Length,
        var t when t == typeof(decimal) => 1234567.8901m,
        var t when t == typeof(bool) => true,
        var t when t == typeof(DateTimeOffset) => Now.ToOffset(TimeSpan.FromHours(2)),
        var t when t == typeof(JsonElement) => JsonElement.Parse("""{"a":[1,"b",null]}"""),
        var t when t == typeof(IReadOnlyList<string>) => new[] { name, "b" },
        var t => throw new InvalidOperationException($"{t} is new in the contract: teach JsonLine and this test"),
    };
}
