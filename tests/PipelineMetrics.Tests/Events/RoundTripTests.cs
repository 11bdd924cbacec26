using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class RoundTripTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void A_completion_is_read_back_from_its_line_as_it_was() => Check(seed =>
    {
        Completion.TryCreate(RandomDrafts.Completion(new Random(seed)), ReadingRules.Stored, out var made,
            out var rejection).ShouldBeTrue(rejection?.Reason);
        var line = Given.Line(made);
        line.ShouldNotContain('\n');
        var read = Given.FromLine(line);
        RandomDrafts.Values(read).ShouldBe(RandomDrafts.Values(made));
        Given.Line(read).ShouldBe(line);
    });

    [Fact]
    public void A_line_that_is_posted_again_repeats_what_is_stored() => Check(seed =>
    {
        Completion.TryCreate(RandomDrafts.Completion(new Random(seed)), ReadingRules.Stored, out var made, out _).ShouldBeTrue();
        var rules = new ReadingRules(Given.Now.AddDays(365), DurationRequired: false);
        CompletionDraft.TryRead(Given.Utf8(Given.Line(made)), rules, out var draft, out var rejection).ShouldBeTrue(rejection?.Reason);
        Completion.TryCreate(draft, rules, out var again, out _).ShouldBeTrue();
        again.RepeatsWhatIsStored(made, out var difference).ShouldBeTrue(difference);
    });

    [Fact]
    public void An_event_is_read_back_from_its_line_as_it_was() => Check(seed =>
    {
        PipelineEvent.TryCreate(RandomDrafts.Event(new Random(seed)), ReadingRules.Stored, out var made,
            out var rejection).ShouldBeTrue(rejection?.Reason);
        var line = Given.Line(made);
        line.ShouldNotContain('\n');
        PipelineEvent.TryReadLine(Given.Utf8(line), out var read, out rejection).ShouldBeTrue(rejection?.Reason);
        RandomDrafts.Values(read).ShouldBe(RandomDrafts.Values(made));
        Given.Line(read).ShouldBe(line);
        read.RepeatsWhatIsStored(made, out _).ShouldBeTrue();
    });

    [Fact]
    public void Any_bytes_are_read_or_refused_but_never_throw() => Check(seed =>
    {
        var random = new Random(seed);
        Completion.TryCreate(RandomDrafts.Completion(random), ReadingRules.Stored, out var made, out _).ShouldBeTrue();
        var bytes = Given.Utf8(Given.Line(made));
        for (var i = random.Next(4); i >= 0; i--) bytes[random.Next(bytes.Length)] = (byte)"\"\\{}[]:,0e-u\0\u00ff "[random.Next(15)];
        var taken = CompletionDraft.TryRead(bytes, Given.Arriving, out var draft, out var rejection) && Completion.TryCreate(draft,
            Given.Arriving, out _, out rejection);
        (rejection is null).ShouldBe(taken);
        EventDraft.TryRead(bytes, Given.Arriving, out _, out _);
        CompletionDraft.TryReadChange(bytes, Given.Arriving, out _, out _);
        EventDraft.TryReadTask(bytes, Given.Arriving, out _, out _);
    });

    private static void Check(Action<int> holds) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Seeds, seed =>
        {
            holds(seed);
            return true;
        }));
}
