using System.Buffers.Binary;
using System.Runtime.InteropServices;
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
        Assert.Null(Read(log.State, "k", out var pending));
        Assert.Equal(entry.Index, pending);
        Assert.Equal("1", Read(log.State, "other", out _));
        Assert.False(log.State.TryBeginRead(out _));

        log.State.Apply(entry, log);
        Assert.Equal("2", Read(log.State, "k", out _));
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
        Assert.Null(Read(log.State, "any", out var pending));
        Assert.Equal(flush.Index, pending);

        // What the flush hid of the set is not forgotten.
        log.State.TruncateAfter(set.Index);
        Assert.Null(Read(log.State, "k", out pending));
        Assert.Equal(set.Index, pending);
        log.State.TruncateAfter(log.State.AppliedIndex);
        Assert.Equal("1", Read(log.State, "k", out _));
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

    /// <summary>
    /// The writer overwrites one value in place, each time with other bytes and another length. Readers must never see the bytes or the
    /// length of two values at once, nor an older value than before.
    /// </summary>
    [Fact]
    public async Task Readers_never_see_half_of_a_value_that_is_overwritten_in_place()
    {
        var log = new TestLog();
        log.Run(writer => writer.Set(Bytes("k"), Pattern(0)));
        var item = log.State.Find(Bytes("k"));
        using var stop = new CancellationTokenSource();
        var started = new CountdownEvent(2);
        var readers = Enumerable.Range(0, 2)
            .Select(number => Task.Run(() => ReadPatterns(log.State, number, started, stop.Token))).ToArray();
        Assert.True(started.Wait(TimeSpan.FromSeconds(30)));
        for (var i = 1; i <= Steps; i++)
        {
            var number = i;
            log.Run(writer =>
            {
                // A reader would have to be very quick to come between two stores of one value, but not between those of many.
                for (var again = 0; again < 20; again++) writer.Set(Bytes("k"), Pattern(number - again % 2));
                writer.Set(Bytes("k"), Pattern(number));
            });
        }

        await stop.CancelAsync();
        var counts = await Task.WhenAll(readers);
        Assert.All(counts, count => Assert.True(count > 0));
        Assert.Same(item, log.State.Find(Bytes("k")));
    }

    private static byte[] Pattern(int number)
    {
        var value = new byte[496 + (number % 28)];
        MemoryMarshal.Cast<byte, int>(value.AsSpan(0, 496)).Fill(number);
        return value;
    }

    private static long ReadPatterns(KeyValueState state, int reader, CountdownEvent started, CancellationToken stop)
    {
        var (key, reads, last) = (Bytes("k"), 0L, -1);
        var (copy, length) = (new byte[SmallItem.BytesMax], 0);
        Action<Item?> take = item =>
        {
            var value = item!.Value;
            length = value.Length;
            value.CopyTo(copy);
        };
        started.Signal();
        while (!stop.IsCancellationRequested)
        {
            if (reader == 0)
            {
                if (!state.TryReadOne(key, take, out _)) continue;
            }
            else
            {
                if (!state.TryBeginRead(out var token)) continue;
                take(state.Find(key));
                if (!state.IsUnchanged(token)) continue;
            }

            var number = BinaryPrimitives.ReadInt32LittleEndian(copy);
            Assert.True(copy.AsSpan(0, length).SequenceEqual(Pattern(number)), $"half of {number}");
            Assert.True(number >= last, $"{number} after {last}");
            last = number;
            reads++;
        }

        return reads;
    }

    private static string? Read(KeyValueState state, string key, out LogIndex pending)
    {
        string? text = null;
        return state.TryReadOne(Bytes(key), item => text = Text(item!.Value), out pending) ? text : null;
    }

    private static long Read(KeyValueState state, CountdownEvent started, CancellationToken stop)
    {
        var (a, b, reads, last) = (Bytes("a"), Bytes("b"), 0L, -1L);
        byte[]? found = null;
        Action<Item?> take = item => found = item?.Value.ToArray();
        started.Signal();
        while (!stop.IsCancellationRequested)
        {
            if (state.TryReadOne(a, take, out _)) last = Check(found, last, ref reads);
            if (state.TryReadOne(b, take, out _)) last = Check(found, last, ref reads);
            if (!state.TryBeginRead(out var token)) continue;
            var (left, right) = (state.Find(a)?.Value.ToArray(), state.Find(b)?.Value.ToArray());
            if (!state.IsUnchanged(token)) continue;
            Assert.Equal(Check(left, last, ref reads), Check(right, last, ref reads));
        }

        return reads;
    }

    private static long Check(byte[]? value, long last, ref long reads)
    {
        Assert.NotNull(value);
        Assert.Equal(8, value.Length);
        var number = BinaryPrimitives.ReadInt64LittleEndian(value);
        Assert.True(number >= last, $"{number} after {last}");
        reads++;
        return number;
    }
}
