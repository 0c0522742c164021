using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

public sealed class CaptureTests
{
    /// <summary>Several captures are open at once, read on other threads or in slices, while the writer goes on and flushes.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task A_capture_is_the_state_at_its_index_whatever_the_writer_does(int seed, bool onOtherThreads)
    {
        var random = new Prng((ulong)seed);
        var log = new TestLog();
        var open = new List<(Capture Capture, List<string> Items, string[] Expected)>();
        var reading = new List<Task>();
        for (var step = 0; step < 15_000; step++)
        {
            Change(log, random);
            if (step % 1_500 == 0)
            {
                var capture = log.State.BeginCapture();
                Assert.Equal(log.State.AppliedIndex, capture.Position.Index);
                var expected = All(log.State);
                Assert.Equal(expected.Length, capture.Count);
                var items = new List<string>();
                open.Add((capture, items, expected));
                if (onOtherThreads) reading.Add(Task.Run(() => ReadAll(capture, items)));
            }

            if (onOtherThreads) continue;
            foreach (var (capture, items, _) in open)
            {
                if (random.OneIn(3) && capture.TryNext(out var next)) Add(items, next);
            }
        }

        await Task.WhenAll(reading);
        foreach (var (capture, items, expected) in open)
        {
            ReadAll(capture, items);
            Assert.Equal(expected, items.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_capture_that_is_given_up_ends()
    {
        var log = new TestLog();
        for (var i = 0; i < 100; i++) Change(log, new Prng((ulong)i));
        var capture = log.State.BeginCapture();
        Assert.True(capture.TryNext(out _));
        capture.Dispose();
        capture.Dispose();
        Assert.False(capture.TryNext(out _));
        Change(log, new Prng(1));
    }

    private static void Change(TestLog log, Prng random)
    {
        var (key, value) = (Bytes($"k{random.Below(3_000)}"), Bytes($"{random.Next()}"));
        if (random.OneIn(4_000)) log.Run(writer => writer.FlushAll());
        else if (random.OneIn(3)) log.Run(writer => writer.Delete(key));
        else log.Run(writer => writer.Set(key, value));
    }

    private static void ReadAll(Capture capture, List<string> items)
    {
        while (capture.TryNext(out var next)) Add(items, next);
    }

    private static void Add(List<string> items, ReadOnlyMemory<Item> next)
    {
        foreach (var item in next.Span) items.Add(Line(item));
    }

    private static string[] All(KeyValueState state)
    {
        var items = new List<Item>();
        Assert.Equal(0, state.Scan(0, int.MaxValue / 2, items));
        return [.. items.Select(Line).Order(StringComparer.Ordinal)];
    }

    private static string Line(Item item) => $"{Text(item.Key)}={Text(item.Value)} {item.Version}";
}
