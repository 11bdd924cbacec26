using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineMetrics.Events;

namespace PipelineMetrics.Api.Hosting;

/// <summary>How answers are written: snake_case, absent instead of null, instants as everywhere, text that people can read.</summary>
internal static class JsonShape
{
    public static void AddJsonShape(this IServiceCollection services) => services.ConfigureHttpJsonOptions(options =>
    {
        var json = options.SerializerOptions;
        json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.Converters.Add(new InstantConverter());
    });

    private sealed class InstantConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Instant.TryParse(reader.GetString() ?? "", out var instant) ? instant : throw new JsonException("It is no RFC 3339 instant with an offset.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Instant.ToText(value));
    }
}
