using FsCheck.Fluent;
using PipelineMetrics.Aggregation;
using PipelineMetrics.Analysis;
using PipelineMetrics.Events;
using PipelineMetrics.Tests.Aggregation;
using static PipelineMetrics.Tests.Aggregation.RandomHistory;

namespace PipelineMetrics.Tests.Analysis;

/// <summary>A prediction is what similar attempts came to, and says how similar they are.</summary>
public sealed class PredictorTests
{
    private static readonly TimeRange Always = TimeRange.Between(null, null);
    private readonly CompletionTable _table = new();
    private long _place;

    [Fact]
    public void Every_prediction_of_every_history_equals_one_made_by_hand() => ForAnyHistory((history, random) =>
    {
        var kind = Kind(random);
        var range = history.Query().Range;
        var minSamples = random.Next(4) == 0 ? random.Next(1, 200) : random.Next(1, 20);
        var prediction = Predict(history.Table, kind, minSamples, range);
        NaivePrediction.ShouldEqual(prediction, kind, Recount.InWindow(history.Current.Values, range, Now), minSamples);
        Predict(history.Again(), kind, minSamples, range).ShouldBe(prediction);
    });

    [Fact]
    public void While_it_holds_a_prediction_is_the_same() => ForAnyHistory((history, random) =>
    {
        var kind = Kind(random);
        var range = TimeRange.Rolling(TimeSpan.FromMinutes(random.Next(1, 45)));
        var prediction = Predict(history.Table, kind, 5, range);
        if (prediction.HoldsUntil == DateTimeOffset.MaxValue) return;
        var table = history.Table;
        new Predictor(table, Options(5)).Predict(kind, range, prediction.HoldsUntil).ShouldBe(prediction);
        new Predictor(table, Options(5)).Predict(kind, range, prediction.HoldsUntil.AddMilliseconds(1)).State.ShouldNotBe(prediction.State);
    });

    [Theory]
    [InlineData(0, Fallback.None, Confidence.None, 0)]
    [InlineData(9, Fallback.Exact, Confidence.Low, 9)]
    [InlineData(10, Fallback.Exact, Confidence.Low, 10)]
    [InlineData(29, Fallback.Exact, Confidence.Low, 29)]
    [InlineData(30, Fallback.Exact, Confidence.Medium, 30)]
    [InlineData(99, Fallback.Exact, Confidence.Medium, 99)]
    [InlineData(100, Fallback.Exact, Confidence.High, 100)]
    public void The_more_attempts_there_are_the_more_a_prediction_is_worth(int attempts, Fallback fallback, Confidence confidence, long size)
    {
        Add(attempts, new CompletionDraft { TaskType = "impl", Model = "m" });
        var prediction = Predict(_table, new TaskKind("impl", "m"));
        (prediction.Fallback, prediction.Confidence, prediction.SampleSize).ShouldBe((fallback, confidence, size));
    }

    [Fact]
    public void Fewer_attempts_than_are_asked_for_are_worth_little_however_many_they_are()
    {
        Add(150, new CompletionDraft { TaskType = "impl", Model = "m" });
        var prediction = Predict(_table, new TaskKind("impl", "m"), minSamples: 151);
        (prediction.Fallback, prediction.Confidence, prediction.SampleSize).ShouldBe((Fallback.Exact, Confidence.Low, 150));
    }

    [Fact]
    public void Where_similar_attempts_are_too_few_less_similar_ones_are_taken()
    {
        var asked = new TaskKind("impl", "m", "p", "high");
        Add(9, new CompletionDraft { TaskType = "impl", Model = "m", Provider = "p", Complexity = "high" });
        FallbackFor(asked).ShouldBe((Fallback.Exact, 9));
        Add(10, new CompletionDraft { TaskType = "spec", Model = "x" });
        FallbackFor(asked).ShouldBe((Fallback.All, 19));
        Add(5, new CompletionDraft { TaskType = "spec", Model = "m" });
        FallbackFor(asked).ShouldBe((Fallback.Model, 14));
        Add(3, new CompletionDraft { TaskType = "impl", Model = "x" });
        FallbackFor(asked).ShouldBe((Fallback.TaskType, 12));
        Add(1, new CompletionDraft { TaskType = "impl", Model = "m" });
        FallbackFor(asked).ShouldBe((Fallback.TaskTypeAndModel, 10));
        Add(1, new CompletionDraft { TaskType = "impl", Model = "m", Provider = "q", Complexity = "high" });
        FallbackFor(asked).ShouldBe((Fallback.WithoutProvider, 10));
        Add(1, new CompletionDraft { TaskType = "impl", Model = "m", Provider = "p", Complexity = "low" });
        FallbackFor(asked).ShouldBe((Fallback.WithoutComplexity, 10));
        Add(1, new CompletionDraft { TaskType = "impl", Model = "m", Provider = "p", Complexity = "high" });
        FallbackFor(asked).ShouldBe((Fallback.Exact, 10));
    }

    [Fact]
    public void Failed_and_guessed_attempts_count_and_cancelled_ones_do_not()
    {
        Add(1, new CompletionDraft { TaskType = "impl", Status = CompletionStatus.Failed, ActualOutputTokens = 7 });
        Add(1, new CompletionDraft { TaskType = "impl", OutcomeInferred = true });
        Add(5, new CompletionDraft { TaskType = "impl", Status = CompletionStatus.Failed, Outcome = Outcome.Cancelled, ActualOutputTokens = 1 });
        var prediction = Predict(_table, new TaskKind("impl", null));
        prediction.SampleSize.ShouldBe(2);
        prediction.OutputTokens.ShouldBe(new Distribution(1, 7, 7, 7, 7, 7));
        prediction.DurationMs.ShouldBe(Distribution.Unknown);
    }

    [Fact]
    public void Nothing_can_be_said_of_a_task_of_which_nothing_is_known() =>
        Should.Throw<ArgumentException>(() => Predict(_table, new TaskKind(null, null)));

    private (Fallback, long) FallbackFor(TaskKind kind)
    {
        var prediction = Predict(_table, kind);
        return (prediction.Fallback, prediction.SampleSize);
    }

    private void Add(int attempts, CompletionDraft draft)
    {
        (draft.TaskId, draft.CreatedAt, draft.Status) = ("t", Now, draft.Status ?? CompletionStatus.Completed);
        for (var i = 0; i < attempts; i++) _table.Add(Made(draft), ++_place);
    }

    private static PredictionOptions Options(int minSamples) => new() { MinSamples = minSamples };

    private static Prediction Predict(CompletionTable table, TaskKind kind, int minSamples = 10, TimeRange? range = null) =>
        new Predictor(table, Options(minSamples)).Predict(kind, range ?? Always, Now);

    private static TaskKind Kind(Random random)
    {
        var kind = new TaskKind(Maybe(random, "spec", "impl", "none"), Maybe(random, "a", "b", "none"), Maybe(random, "p1", "none"), Maybe(random, "low", "high"));
        return kind == new TaskKind(null, null) ? Kind(random) : kind;
    }

    private static string? Maybe(Random random, params string[] values) => random.Next(3) == 0 ? null : values[random.Next(values.Length)];

    private static void ForAnyHistory(Action<RandomHistory, Random> holds) => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(ProofSize.Cases(200, 20_000)),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            holds(new RandomHistory(seed, random.Next(0, random.Next(4) == 0 ? 400 : 60)), random);
            return true;
        }));
}
