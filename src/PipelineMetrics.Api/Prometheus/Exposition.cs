using PipelineMetrics.Recording;

namespace PipelineMetrics.Api.Prometheus;

/// <summary>Everything that Prometheus is told, in a fixed order.</summary>
internal sealed class Exposition(ServiceFamilies service, IngestMeter ingest)
{
    public IReadOnlyList<Family> Now(CounterFigures counters)
    {
        List<Family> families = [.. AttemptFamilies.Of(counters), .. service.Now(), .. ingest.Families()];
        // Itself included.
        var series = families.Sum(family => family.Samples.Count) + 1;
        families.Add(new Family("pipeline_metrics_exported_series", FamilyType.Gauge, "Series of this answer; never more than 2000.").Add(series));
        return families;
    }
}
