using System.Buffers;
using System.Buffers.Binary;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

public sealed class SnapshotTests
{
    [Fact]
    public void A_restored_state_goes_on_like_the_one_it_was_taken_of()
    {
        var log = Small();
        log.Run(writer => writer.Set(Bytes("large"), new byte[300_000]));
        for (var i = 0; i < 3_000; i++)
        {
            var key = Bytes($"many{i}");
            log.Run(writer => writer.Set(key, key, new SetOptions { Expiry = Expiry.After(1_000 + (i % 7)) }));
        }

        var bytes = Write(log.State);
        foreach (var piece in new[] { 1_000, 64 * 1024, bytes.Length })
        {
            var restored = new TestLog(Read(bytes, piece)) { Session = log.Session, Stamp = log.Stamp };
            Assert.Equal(log.State.Applied, restored.State.Applied);
            Assert.Equal(log.State.Stamp, restored.State.Stamp);
            Assert.Equal(log.State.Count, restored.State.Count);
            Assert.Equal(log.State.Cluster, restored.State.Cluster);
            Assert.Equal(log.State.SoonestExpiry, restored.State.SoonestExpiry);
            Assert.Equal(log.State.Stores.Encode(), restored.State.Stores.Encode());
            Assert.Equal(Lines(log.State), Lines(restored.State));
            Assert.Equal((RequestOutcome.Repeated, "1"), restored.Request(log.Session, 1_000_000, 1, w => w.IncrementBy(Bytes("n"), 1)));
            Assert.Equal((RequestOutcome.Executed, "2"), restored.Request(log.Session, 1_000_001, 1, w => w.IncrementBy(Bytes("n"), 1)));
            Assert.Equal(log.Session + 2, restored.OpenSession(2, 77));
        }
    }

    [Fact]
    public void An_empty_state_survives_the_round_trip()
    {
        var restored = Read(Write(new KeyValueState(Cluster)), 7);
        Assert.Equal(LogIndex.Zero, restored.AppliedIndex);
        Assert.Equal(0, restored.Count);
    }

    [Fact]
    public void A_snapshot_that_is_cut_anywhere_is_refused()
    {
        var bytes = Write(Small().State);
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            var damage = Assert.Throws<SnapshotDamagedException>(() => Read(cut, 64));
            Assert.Equal(length, damage.Offset);
        }
    }

    [Fact]
    public void A_snapshot_with_any_bit_flipped_is_refused_at_the_block_that_holds_it()
    {
        var bytes = Write(Small().State);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var damage = Assert.Throws<SnapshotDamagedException>(() => Read(flipped, flipped.Length));
            Assert.InRange(damage.Offset, 0, bit / 8);
        }
    }

    [Fact]
    public void Bytes_after_the_end_and_exchanged_blocks_are_refused()
    {
        var bytes = Write(Small().State);
        var longer = Assert.Throws<SnapshotDamagedException>(() => Read([.. bytes, 0], 64));
        Assert.Equal(bytes.Length, longer.Offset);
        Assert.Throws<SnapshotDamagedException>(() => Read([.. bytes[..12], .. bytes[12..], .. bytes[12..]], 64));
        Assert.Throws<SnapshotDamagedException>(() => Read(new byte[1_000], 64));
    }

    /// <summary>Checksums find accidents; here they are made to fit, as a faulty writer would.</summary>
    [Fact]
    public void Changed_bytes_behind_good_checksums_are_refused_or_read_and_never_throw_anything_else()
    {
        var random = new Prng(9);
        var bytes = Write(Small().State);
        for (var i = 0; i < 4_000; i++)
        {
            var changed = (byte[])bytes.Clone();
            for (var n = random.Below(3); n >= 0; n--) changed[12 + random.Below(bytes.Length - 12)] = (byte)random.Next();
            FixChecksums(changed);
            try
            {
                Read(changed, changed.Length);
            }
            catch (SnapshotDamagedException)
            {
            }
        }
    }

    [Fact]
    public void A_snapshot_written_while_the_writer_goes_on_is_the_state_at_its_index()
    {
        var log = Small();
        var expected = Write(log.State);
        var writer = new SnapshotWriter(log.State.BeginCapture());
        var output = new ArrayBufferWriter<byte>();
        for (var more = true; more;)
        {
            more = writer.WriteNext(output);
            log.Run(w => w.FlushAll());
            log.Run(w => w.Set(Bytes("a"), Bytes("changed")));
        }

        Assert.Equal(expected, output.WrittenSpan.ToArray());
        Assert.Equal(expected.Length, writer.Length);
    }

    internal static byte[] Write(KeyValueState state)
    {
        var writer = new SnapshotWriter(state.BeginCapture());
        var output = new ArrayBufferWriter<byte>();
        while (writer.WriteNext(output))
        {
        }

        return output.WrittenSpan.ToArray();
    }

    internal static KeyValueState Read(byte[] bytes, int piece)
    {
        var reader = new SnapshotReader();
        for (var start = 0; start < bytes.Length; start += piece) reader.Append(bytes.AsSpan(start, Math.Min(piece, bytes.Length - start)));
        return reader.Complete();
    }

    private static IEnumerable<string> Lines(KeyValueState state)
    {
        var items = new List<Item>();
        state.Scan(0, int.MaxValue / 2, items);
        return items.Select(item => $"{Text(item.Key)}={Text(item.Value)} {item.Version} {item.ExpireAt}").Order(StringComparer.Ordinal);
    }

    private static void FixChecksums(byte[] bytes)
    {
        var offset = SnapshotFormat.PreambleBytes;
        while (offset + SnapshotFormat.BlockHeadBytes + SnapshotFormat.BlockTailBytes <= bytes.Length)
        {
            var block = bytes.AsSpan(offset);
            var length = BinaryPrimitives.ReadInt32LittleEndian(block[1..]);
            BinaryPrimitives.WriteUInt32LittleEndian(block[5..], SnapshotFormat.Checksum(offset, block[..5]));
            if (length < 0 || length > block.Length - SnapshotFormat.BlockHeadBytes - SnapshotFormat.BlockTailBytes) return;
            var payload = block.Slice(SnapshotFormat.BlockHeadBytes, length);
            BinaryPrimitives.WriteUInt32LittleEndian(
                block[(SnapshotFormat.BlockHeadBytes + length)..], SnapshotFormat.Checksum(offset, payload));
            offset += SnapshotFormat.BlockHeadBytes + length + SnapshotFormat.BlockTailBytes;
        }
    }

    private static TestLog Small()
    {
        var log = new TestLog();
        var stores = StoreRegistry.Empty.With(new ReplicaId(0), new StoreId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)));
        var barrier = new Entry(
            new LogPosition(new Epoch(2, 1, 9), log.State.AppliedIndex.Next), log.Stamp, EntryKind.Barrier, stores.Encode());
        log.State.MarkPending(barrier);
        log.State.Apply(barrier, log);
        log.Run(writer => writer.Set(Bytes("a"), Bytes("1")));
        log.Run(writer => writer.Set(Bytes("b"), Bytes(""), new SetOptions { Expiry = Expiry.After(100) }));
        log.Run(writer => writer.Set(Bytes(""), Bytes("empty key")));
        log.OpenSession(slot: 1, incarnation: 55);
        Assert.Equal("1", log.Request(log.Session, 1_000_000, 1, writer => writer.IncrementBy(Bytes("n"), 1)).Results);
        return log;
    }
}
