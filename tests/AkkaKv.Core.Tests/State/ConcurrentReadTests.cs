using System.Buffers.Binary;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

/// <summary>Sessions read on their own threads while the replica's thread writes: rule R7 where it must behave as one instant.</summary>
public sealed class ConcurrentReadTests
{
    private const int Steps = 20_000;

    [Fact]
    public void A_key_that_the_log_touches_is_not_read_before_the_entry_is_applied()
    {
        var log = new TestLog();
        log.Run(writer => writer.Set(Bytes("k"), Bytes("1")));
        log.Run(writer => writer.Set(Bytes("other"), Bytes("1")));
        var entry = log.NextEntry(log.RequestBytes(log.Session, 100, 1, writer => writer.Set(Bytes("k"), Bytes("2"))));
        log.State.MarkPending(entry);
        Assert.False(log.State.TryReadOne(Bytes("k"), out _, out var pending));
        Assert.Equal(entry.Index, pending);
        Assert.True(log.State.TryReadOne(Bytes("other"), out var other, out _));
        Assert.Equal("1", Text(other!.Value));
        Assert.False(log.State.TryBeginRead(out _));

        log.State.Apply(entry, log);
        Assert.True(log.State.TryReadOne(Bytes("k"), out var item, out _));
        Assert.Equal("2", Text(item!.Value));
        Assert.True(log.State.TryBeginRead(out var token));
        Assert.True(log.State.IsUnchanged(token));
    }

    [Fact]
    public void A_flush_in_the_log_hides_every_key_and_a_truncation_shows_them_again()
    {
        var log = new TestLog();
        log.Run(writer => writer.Set(Bytes("k"), Bytes("1")));
        var set = log.NextEntry(log.RequestBytes(log.Session, 100, 1, writer => writer.Set(Bytes("k"), Bytes("2"))));
        var flush = log.NextEntry(log.RequestBytes(log.Session, 101, 1, writer => writer.FlushAll()), ahead: 1);
        log.State.MarkPending(set);
        log.State.MarkPending(flush);
        Assert.False(log.State.TryReadOne(Bytes("any"), out _, out var pending));
        Assert.Equal(flush.Index, pending);

        // What the flush hid of the set is not forgotten.
        log.State.TruncateAfter(set.Index);
        Assert.False(log.State.TryReadOne(Bytes("k"), out _, out pending));
        Assert.Equal(set.Index, pending);
        log.State.TruncateAfter(log.State.AppliedIndex);
        Assert.True(log.State.TryReadOne(Bytes("k"), out var item, out _));
        Assert.Equal("1", Text(item!.Value));
        Assert.Equal(log.State.AppliedIndex, log.State.LastLogIndex);
    }

    /// <summary>
    /// The writer counts two keys up in each entry, removes and restores one of them within it, and now and then flushes everything.
    /// Readers must see no count go back, nothing of half an entry, no value that is not the count of its version, and no gap.
    /// </summary>
    [Fact]
    public async Task Readers_never_see_an_older_value_nor_half_an_entry()
    {
        var log = new TestLog();
        using var stop = new CancellationTokenSource();
        var started = new CountdownEvent(2);
        log.Run(writer => Count(writer, 0));
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Read(log.State, started, stop.Token))).ToArray();
        Assert.True(started.Wait(TimeSpan.FromSeconds(30)));
        var random = new Prng(5);
        for (var i = 1; i <= Steps; i++)
        {
            var number = i;
            log.Run(writer => Count(writer, number));
            var churn = Bytes($"churn{random.Below(100_000)}");
            log.Run(writer => writer.Set(churn, churn));
            if (i % 5_000 == 0) log.Run(writer => FlushAndCount(writer, number));
        }

        await stop.CancelAsync();
        var counts = await Task.WhenAll(readers);
        Assert.All(counts, count => Assert.True(count > 0));
    }

    private static void Count(CommandWriter writer, long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        writer.Set(Bytes("a"), bytes);
        writer.Delete(Bytes("b"));
        writer.Set(Bytes("b"), Bytes("a value of another length"));
        writer.Set(Bytes("b"), bytes);
    }

    private static void FlushAndCount(CommandWriter writer, long number)
    {
        writer.FlushAll();
        Count(writer, number);
    }

    private static long Read(KeyValueState state, CountdownEvent started, CancellationToken stop)
    {
        var (a, b, reads, last) = (Bytes("a"), Bytes("b"), 0L, -1L);
        started.Signal();
        while (!stop.IsCancellationRequested)
        {
            if (state.TryReadOne(a, out var first, out _)) last = Check(first, last, ref reads);
            if (state.TryReadOne(b, out var second, out _)) last = Check(second, last, ref reads);
            if (!state.TryBeginRead(out var token)) continue;
            var (left, right) = (state.Find(a), state.Find(b));
            if (!state.IsUnchanged(token)) continue;
            Assert.Equal(Check(left, last, ref reads), Check(right, last, ref reads));
        }

        return reads;
    }

    private static long Check(Item? item, long last, ref long reads)
    {
        Assert.NotNull(item);
        Assert.Equal(8, item.Value.Length);
        var number = BinaryPrimitives.ReadInt64LittleEndian(item.Value);
        Assert.True(number >= last, $"{number} after {last}");
        reads++;
        return number;
    }
}
