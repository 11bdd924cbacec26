using PipelineMetrics.Events;

namespace PipelineMetrics.Tests.Events;

public sealed class Uuid7Tests
{
    private const long LargestSeq = (1L << 48) - 1;

    [Theory, InlineData(1), InlineData(2), InlineData(1L << 32), InlineData(LargestSeq - 1), InlineData(LargestSeq)]
    public void The_seq_of_a_line_can_be_read_from_its_id(long seq)
    {
        var id = Uuid7.Create(Given.Now, seq);
        Uuid7.TryGetSeq(id, out var read).ShouldBeTrue();
        read.ShouldBe(seq);
    }

    [Fact]
    public void An_id_has_the_bits_of_a_UUID_of_version_7_and_the_time()
    {
        for (var seq = 1; seq <= 100; seq++)
        {
            var guid = Guid.ParseExact(Uuid7.Create(Given.Now, seq), "D");
            guid.Version.ShouldBe(7);
            (guid.Variant & 0b1100).ShouldBe(0b1000);
            Convert.ToInt64(guid.ToString("N")[..12], 16).ShouldBe(Given.Now.ToUnixTimeMilliseconds());
        }
    }

    [Fact]
    public void The_order_of_ids_is_the_order_of_the_history_also_within_a_millisecond()
    {
        var ids = Enumerable.Range(1, 1000).Select(seq => Uuid7.Create(Given.Now.AddMilliseconds(seq / 100), seq)).ToList();
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(LargestSeq + 1)]
    public void A_seq_that_does_not_fit_gets_no_id(long seq) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Uuid7.Create(Given.Now, seq));

    [Theory]
    [InlineData(""), InlineData("my-own-id"), InlineData("0195e0a0-0000-4000-8000-000000000001")]
    [InlineData("0195e0a0-0000-7000-8000-000000000000")]
    [InlineData("0195e0a0-0000-7000-c000-000000000001"), InlineData("0195e0a0-0000-7000-8000-00000000000g")]
    [InlineData("{195e0a0-0000-7000-8000-00000000001}")]
    public void An_id_of_another_shape_holds_no_seq(string id) => Uuid7.TryGetSeq(id, out _).ShouldBeFalse();
}
