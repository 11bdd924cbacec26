using FsCheck;
using FsCheck.Fluent;
using PipelineMetrics.Pipeline;

namespace PipelineMetrics.Tests.Pipeline;

public sealed class SharedListTests
{
    [Fact]
    public void Every_version_stays_as_it_was_whichever_of_them_is_gone_on_from() => Check.QuickThrowOnFailure(Prop.ForAll<int[]>(picks =>
    {
        var versions = new List<(SharedList<int> List, List<int> Expected)> { (new SharedList<int>(), []) };
        foreach (var pick in picks)
        {
            // Mostly the newest is gone on from, as in a log.
            var (list, expected) = pick % 4 == 0 ? versions[(int)((uint)pick % versions.Count)] : versions[^1];
            versions.Add((list.Add(pick), [.. expected, pick]));
        }
        foreach (var (list, expected) in versions)
        {
            list.ShouldBe(expected);
            list.Count.ShouldBe(expected.Count);
            for (var i = 0; i < expected.Count; i++) list[i].ShouldBe(expected[i]);
        }
    }));

    [Fact]
    public void What_was_added_to_another_version_is_not_in_reach()
    {
        var one = new SharedList<int>().Add(1);
        one.Add(2).Count.ShouldBe(2);
        Should.Throw<ArgumentOutOfRangeException>(() => one[1]);
        Should.Throw<ArgumentOutOfRangeException>(() => one[-1]);
    }

    [Fact]
    public async Task A_reader_beside_the_one_who_adds_sees_whole_versions()
    {
        var newest = new SharedList<int>();
        var reading = Task.Run(() =>
        {
            for (var list = Volatile.Read(ref newest); list.Count < 20_000; list = Volatile.Read(ref newest))
                list.Select((value, i) => value == i).ShouldAllBe(same => same);
        });
        for (var i = 0; i < 20_000; i++) Volatile.Write(ref newest, newest.Add(i));
        await reading;
    }
}
