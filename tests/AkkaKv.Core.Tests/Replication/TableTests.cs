using System.Buffers;
using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

public sealed class TableTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData("7 3 0", "3")]
    [InlineData("0 7 7", "7")]
    [InlineData("7 7 3 0", "3")]
    [InlineData("9 7 5 3 0", "5")]
    [InlineData("9 9 9 1 1 1 1", "1")]
    public void Committed_index_is_the_highest_that_a_majority_holds(string matched, string committed)
    {
        var indexes = matched.Split(' ').Select(static text => new LogIndex(long.Parse(text))).ToArray();
        Assert.Equal(committed, Quorum.Committed(indexes).ToString());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    [InlineData(7, 4)]
    public void Two_majorities_share_a_server(int servers, int size)
    {
        Assert.Equal(size, Quorum.Size(servers));
        Assert.True(size * 2 > servers);
    }

    [Fact]
    public void Epochs_are_ordered_by_round_then_slot_then_nonce()
    {
        Epoch[] rising = [Epoch.None, new(1, 0, 9), new(1, 1, 0), new(1, 1, 1), new(2, 0, 0)];
        for (var i = 0; i < rising.Length; i++)
        {
            for (var j = 0; j < rising.Length; j++) Assert.Equal(i < j, rising[i] < rising[j]);
        }
    }

    [Theory]
    [InlineData(2, 3, 1, 9, true)] // A later epoch wins over a longer log.
    [InlineData(1, 9, 2, 3, false)]
    [InlineData(2, 4, 2, 3, true)]
    [InlineData(2, 3, 2, 3, true)]
    [InlineData(2, 2, 2, 3, false)]
    public void The_better_log_is_the_one_whose_last_entry_is_of_the_later_epoch(
        ulong round, long index, ulong otherRound, long otherIndex, bool expected)
    {
        var one = new LogPosition(new Epoch(round, 0, 1), new LogIndex(index));
        var other = new LogPosition(new Epoch(otherRound, 0, 1), new LogIndex(otherIndex));
        Assert.Equal(expected, one.IsAtLeast(other));
    }

    [Fact]
    public void An_entry_reads_back_from_its_bytes_and_every_prefix_asks_for_more()
    {
        var entry = new Entry(new LogPosition(new Epoch(3, 1, 77), new LogIndex(9)), 123, EntryKind.Requests, new byte[] { 1, 2, 3 });
        var bytes = new byte[entry.EncodedLength];
        Assert.Equal(bytes.Length, EntryCodec.Write(entry, bytes));
        for (var length = 0; length < bytes.Length; length++)
        {
            var status = EntryCodec.TryRead(bytes.AsSpan(0, length), 1000, out _, out var none);
            Assert.Equal(OperationStatus.NeedMoreData, status);
            Assert.Equal(0, none);
        }

        Assert.Equal(OperationStatus.Done, EntryCodec.TryRead(bytes.AsSpan(), 1000, out var read, out var consumed));
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(entry.Position, read!.Position);
        Assert.Equal(entry.Stamp, read.Stamp);
        Assert.Equal(entry.Payload.ToArray(), read.Payload.ToArray());
        Assert.Equal(OperationStatus.InvalidData, EntryCodec.TryRead(bytes.AsSpan(), 2, out _, out _));
    }

    [Fact]
    public void The_checksum_is_crc32c_in_one_piece_and_in_several()
    {
        var data = "123456789"u8;
        Assert.Equal(0xE3069283u, Crc32C.Compute(data));
        Assert.Equal(Crc32C.Compute(data), Crc32C.Append(Crc32C.Compute(data[..4]), data[4..]));
    }

    [Fact]
    public void Numbers_wait_in_a_window_until_all_before_them_are_answered()
    {
        var window = new PendingWindow<string>(128);
        for (var i = 1; i <= 100; i++) Assert.Equal(i, window.Add($"{i}"));
        Assert.Equal("2", window.Take(2));
        Assert.Null(window.Take(2));
        Assert.Equal(1, window.Low);
        Assert.Equal("1", window.Take(1));
        Assert.Equal(3, window.Low);
        Assert.Equal(98, window.Count);
        Assert.Equal("77", window[77]);
    }
}
