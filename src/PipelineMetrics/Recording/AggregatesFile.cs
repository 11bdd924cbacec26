using System.Buffers;
using System.Text.Json;
using PipelineMetrics.Events;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Recording;

/// <summary>The figures of the pipeline as ADR-009 keeps them beside its log, in its spelling.</summary>
internal static class AggregatesFile
{
    public static ReadOnlySpan<byte> Write(PipelineFigures figures, string? lastEventId, DateTimeOffset computedAt)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = Completion.OneLine.Encoder });
        json.WriteStartObject();
        json.WriteString("computedAt", Instant.ToText(computedAt));
        json.WriteNumber("eventCount", figures.EventCount);
        json.WriteString("lastEventId", lastEventId);
        Tasks(json, figures.Tasks);
        json.WriteStartObject("chains");
        json.WriteNumber("total", figures.Chains.Total);
        json.WriteNumber("completed", figures.Chains.Completed);
        Number(json, "avgTasksPerChain", figures.Chains.AvgTasksPerChain);
        json.WriteEndObject();
        json.WriteStartObject("requests");
        json.WriteNumber("total", figures.Requests.Total);
        json.WriteNumber("closed", figures.Requests.Closed);
        Number(json, "avgCycleTimeMs", figures.Requests.Cycle.Average);
        json.WriteEndObject();
        json.WriteStartObject("agents");
        foreach (var agent in figures.Agents) Agent(json, agent);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        return buffer.WrittenSpan;
    }

    private static void Tasks(Utf8JsonWriter json, TaskFigures tasks)
    {
        json.WriteStartObject("tasks");
        json.WriteNumber("total", tasks.Total);
        json.WriteNumber("completed", tasks.Completed);
        json.WriteNumber("reworked", tasks.Reworked);
        Number(json, "reworkRate", tasks.ReworkRate);
        Number(json, "avgCycleTimeMs", tasks.Cycle.Average);
        Number(json, "p50CycleTimeMs", tasks.Cycle.Percentile(50));
        Number(json, "p90CycleTimeMs", tasks.Cycle.Percentile(90));
        json.WriteEndObject();
    }

    private static void Agent(Utf8JsonWriter json, AgentFigures agent)
    {
        json.WriteStartObject(agent.Model);
        json.WriteNumber("tasksCompleted", agent.TasksCompleted);
        Number(json, "reworkRate", agent.ReworkRate);
        Number(json, "avgCycleTimeMs", agent.Cycle.Average);
        json.WriteStartObject("totalTokens");
        json.WriteNumber("input", agent.InputTokens);
        json.WriteNumber("output", agent.OutputTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
