using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

public sealed class ScanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_key_that_stays_is_given_out_while_the_table_grows_and_shrinks(int seed)
    {
        var random = new Prng((ulong)seed);
        var log = new TestLog();
        for (var i = 0; i < 2_000; i++) Set(log, $"stays{i}");
        for (var i = 0; i < 20_000; i++) Set(log, $"goes{i}");

        var seen = new HashSet<string>();
        var items = new List<Item>();
        var cursor = 0L;
        var calls = 0;
        do
        {
            items.Clear();
            cursor = log.State.Scan(cursor, 100, items);
            seen.UnionWith(items.Select(item => Text(item.Key)));
            calls++;
            for (var i = 0; i < 100; i++)
            {
                var key = Bytes($"goes{random.Below(20_000)}");
                log.Run(writer => writer.Delete(key));
                Set(log, $"comes{random.Below(100_000)}");
            }
        }
        while (cursor != 0);

        Assert.True(calls > 10);
        Assert.All(Enumerable.Range(0, 2_000), i => Assert.Contains($"stays{i}", seen));
    }

    [Fact]
    public void A_walk_over_a_quiet_table_gives_every_key_once_whatever_the_count()
    {
        var log = new TestLog();
        for (var i = 0; i < 5_000; i++) Set(log, $"k{i}");
        foreach (var count in new[] { 1, 10, 100_000 })
        {
            var items = new List<Item>();
            for (var cursor = log.State.Scan(0, count, items); cursor != 0;) cursor = log.State.Scan(cursor, count, items);
            Assert.Equal(5_000, items.Count);
            Assert.Equal(5_000, items.Select(item => Text(item.Key)).Distinct().Count());
        }

        Assert.Equal(0, log.State.Scan(-1, 10, []));
        Assert.Equal(0, log.State.Scan(KeyValueState.ScanCursors, 10, []));
        Assert.Equal(0, log.State.Scan(long.MaxValue, 10, []));
    }

    [Fact]
    public void A_table_that_is_emptied_and_filled_again_and_again_keeps_its_keys_apart()
    {
        var log = new TestLog();
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 5_000; i++) Set(log, $"k{i}");
            for (var i = 0; i < 5_000; i++)
            {
                var key = Bytes($"k{i}");
                Assert.NotNull(log.State.Find(key));
                log.Run(writer => writer.Delete(key));
                Assert.Null(log.State.Find(key));
            }

            Assert.Equal(0, log.State.Count);
        }
    }

    private static void Set(TestLog log, string key) => log.Run(writer => writer.Set(Bytes(key), Bytes("v")));
}
