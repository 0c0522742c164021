using System.Globalization;
using AkkaKv.Core;
using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

public sealed class WriteAheadLogTests
{
    private readonly SimulatedFileSystem _disk = new();

    [Fact]
    public void A_promise_is_on_disk_when_the_write_returns()
    {
        var store = Records.Open(_disk);
        store.WriteAll(Records.Promise(5));
        _disk.LosePower(PowerLoss.LosesAll);
        using var again = Records.Open(_disk);
        Assert.Equal(Records.Epoch(5), again.Log.Promised);
    }

    [Fact]
    public void Each_start_is_counted()
    {
        for (var start = 1; start <= 60; start++)
        {
            using var store = Records.Open(_disk);
            Assert.Equal(start, store.Log.Incarnation);
            _disk.LosePower(PowerLoss.LosesAll);
        }
    }

    [Fact]
    public void An_entry_in_the_place_of_a_truncated_one_is_the_one_that_is_read()
    {
        using (var store = Records.Open(_disk))
        {
            store.WriteAll([.. Records.Appends(1, 1, 6), Records.Truncate(4), .. Records.Appends(2, 4, 5)]);
            CheckRead(store);
        }

        using var again = Records.Open(_disk);
        CheckRead(again);

        static void CheckRead(DurableStore store) => Assert.Equal(
            ["e1.1.0007/1", "e1.1.0007/2", "e1.1.0007/3", "e2.1.0007/4", "e2.1.0007/5"],
            store.Log.Read(new LogIndex(1), 1 << 20).Select(entry => entry.Position.ToString()));
    }

    [Fact]
    public void Old_entries_are_read_back_across_segments_in_pieces()
    {
        using (var store = Records.Open(_disk))
            for (var first = 1; first <= 200; first += 5) store.WriteAll(Records.Appends(1, first, first + 4));

        using var again = Records.Open(_disk);
        Assert.True(again.Log.Summary.Segments > 2);
        var next = LogIndex.Zero.Next;
        while (next.Value <= 200)
        {
            var entries = again.Log.Read(next, 3_000);
            Assert.InRange(entries.Count, 1, 22);
            foreach (var entry in entries)
            {
                Assert.Equal(Records.Append(1, next.Value).Entry!.Payload.ToArray(), entry.Payload.ToArray());
                Assert.Equal(next, entry.Index);
                next = next.Next;
            }
        }

        Assert.Empty(again.Log.Read(next, 3_000));
    }

    [Fact]
    public void Segments_are_named_after_their_first_entry()
    {
        using var store = Records.Open(_disk);
        for (var first = 1; first <= 200; first += 5) store.WriteAll(Records.Appends(1, first, first + 4));
        var names = Segments();
        Assert.True(names.Count > 2);
        foreach (var name in names)
        {
            var content = _disk.Content(name);
            var first = long.Parse(name[4..^4], CultureInfo.InvariantCulture);
            var payload = Records.Append(1, first).Entry!.Payload.Span;
            Assert.InRange(content.AsSpan().IndexOf(payload), 512, 1535);
        }
    }

    /// <summary>Three segments, each of two entries of 6,000 bytes; then entries are undone and written again by another leader.</summary>
    [Theory]
    [InlineData(6, "1 3 5")]
    [InlineData(5, "1 3 5")]
    [InlineData(4, "1 3 4")]
    [InlineData(3, "1 3")]
    [InlineData(2, "1 2")]
    [InlineData(1, "1")]
    public void An_entry_below_the_first_of_its_segment_takes_the_place_of_those_that_were_undone(int from, string expected)
    {
        using (var store = Records.Open(_disk))
        {
            for (var index = 1; index <= 6; index++) store.WriteAll(Records.Append(1, index, 6_000));
            Assert.Equal("1 3 5", FirstEntries());
            store.WriteAll(Records.Promise(2), Records.Truncate(from), Records.Append(2, from), Records.Append(2, from + 1));
            Assert.Equal(expected, FirstEntries());
            Assert.Equal(store.Log.Summary.Segments, Segments().Count);
        }

        _disk.LosePower(PowerLoss.LosesAll);
        using var again = Records.Open(_disk);
        Assert.Equal(expected, FirstEntries());
        Assert.Equal(Records.Epoch(2), again.Log.Promised);
        Assert.Equal(
            Enumerable.Range(1, from + 1).Select(index => Records.At(index < from ? 1UL : 2UL, index)),
            again.Log.Read(new LogIndex(1), 1 << 20).Select(entry => entry.Position));
    }

    [Fact]
    public void On_a_full_disk_a_truncation_over_several_segments_is_kept_and_only_entries_wait()
    {
        using (var store = Records.Open(_disk))
        {
            for (var index = 1; index <= 6; index++) store.WriteAll(Records.Append(1, index, 6_000));
            _disk.CapacityBytes = 0;
            Assert.Equal(2, store.Log.Write([Records.Promise(2), Records.Truncate(2), Records.Append(2, 2)]));
            Assert.Equal(0, store.Log.Write([Records.Append(2, 2)]));
            Assert.Equal(1, store.Log.Write([Records.Promise(3), Records.Append(2, 2)]));
            _disk.CapacityBytes = long.MaxValue;
            store.WriteAll(Records.Append(3, 2));
            Assert.Equal("1 2", FirstEntries());
        }

        using var again = Records.Open(_disk);
        Assert.Equal(Records.Epoch(3), again.Log.Promised);
        Assert.Equal([Records.At(1, 1), Records.At(3, 2)], again.Entries.Select(entry => entry.Position));
    }

    [Fact]
    public void A_segment_whose_name_was_not_durable_is_found_and_named()
    {
        using (var store = Records.Open(_disk))
        {
            for (var index = 1; index <= 3; index++) store.WriteAll(Records.Append(1, index, 6_000));
            Assert.Equal("1 3", FirstEntries());
        }

        _disk.LosePower(PowerLoss.LosesAll);
        Assert.Contains("log-next.wal", _disk.Names);
        using var again = Records.Open(_disk);
        Assert.Equal("1 3", FirstEntries());
        Assert.Equal(3, again.Entries.Count);
    }

    [Fact]
    public void A_rotten_entry_is_never_read_back()
    {
        using var store = Records.Open(_disk);
        store.WriteAll(Records.Appends(1, 1, 3));
        var content = _disk.Content("log-0000000000000001.wal");
        using var file = _disk.Open("log-0000000000000001.wal");
        var place = Array.FindLastIndex(content, octet => octet != 0);
        file.Write(place, [(byte)~content[place]]);
        Assert.Throws<DamagedDataException>(() => store.Log.Read(new LogIndex(1), 1 << 20));
    }

    [Fact]
    public void Segments_below_a_snapshot_are_dropped_and_what_follows_stays()
    {
        using (var store = Records.Open(_disk))
        {
            for (var first = 1; first <= 200; first += 5) store.WriteAll(Records.Appends(1, first, first + 4));
            var segments = store.Log.Summary.Segments;
            store.WriteSnapshot(Records.At(1, 150));
            Assert.True(store.Log.TryCheckpoint(Records.At(1, 150)));
            store.Tidy();
            Assert.InRange(store.Log.Summary.Segments, 1, segments - 1);
            Assert.Empty(store.Log.Read(new LogIndex(1), 1000));
            Assert.Equal(new LogIndex(151), store.Log.Read(new LogIndex(151), 1000)[0].Index);
        }

        using var again = Records.Open(_disk);
        Assert.Equal(Records.At(1, 150), again.Log.Base);
        Assert.Equal(Enumerable.Range(151, 50), again.Entries.Select(entry => (int)entry.Index.Value));
    }

    [Fact]
    public void A_received_snapshot_replaces_the_log_and_keeps_the_promise()
    {
        using (var store = Records.Open(_disk))
        {
            store.WriteAll([Records.Promise(4), .. Records.Appends(1, 1, 10)]);
            store.WriteSnapshot(Records.At(3, 7), received: true);
            store.WriteAll([Records.Restart(Records.At(3, 7)), Records.Append(3, 8)]);
            store.Tidy();
        }

        using var again = Records.Open(_disk);
        Assert.Equal(Records.At(3, 7), again.Log.Base);
        Assert.Equal(Records.Epoch(4), again.Log.Promised);
        Assert.Equal([Records.At(3, 8)], again.Entries.Select(entry => entry.Position));
    }

    [Fact]
    public void A_snapshot_that_the_log_does_not_name_is_not_used()
    {
        using (var store = Records.Open(_disk))
        {
            store.WriteAll(Records.Appends(1, 1, 10));
            store.WriteSnapshot(Records.At(3, 20), received: true);
        }

        using var again = Records.Open(_disk);
        Assert.Equal(LogPosition.Start, again.Log.Base);
        Assert.Equal(10, again.Entries.Count);
        Assert.DoesNotContain(_disk.Names, name => name.StartsWith("snapshot", StringComparison.Ordinal));
    }

    [Fact]
    public void A_full_disk_refuses_entries_and_still_takes_promises_and_truncations()
    {
        using (var store = Records.Open(_disk))
        {
            _disk.CapacityBytes = 20 * 1024;
            var next = 1L;
            while (store.Log.Write(Records.Appends(1, next, next)) == 1) next++;
            Assert.Equal(next - 1, store.Log.Last.Value);
            Assert.Equal(0, store.Log.Write(Records.Appends(1, next, next + 3)));
            Assert.Equal(1, store.Log.Write([Records.Promise(2), .. Records.Appends(1, next, next + 3)]));

            // Entries that wait are cancelled by a truncation behind them, and the promise between counts.
            Assert.Equal(4, store.Log.Write(
                [.. Records.Appends(1, next, next + 1), Records.Promise(3), Records.Truncate(next)]));
            Assert.Equal(Records.Epoch(3), store.Log.Promised);
            Assert.Equal(next - 1, store.Log.Last.Value);

            _disk.CapacityBytes = long.MaxValue;
            Assert.Equal(4, store.Log.Write(Records.Appends(3, next, next + 3)));
            Assert.Equal(next + 3, store.Log.Last.Value);
        }

        using var again = Records.Open(_disk);
        Assert.Equal(Records.Epoch(3), again.Log.Promised);
    }

    [Fact]
    public void A_failed_sync_ends_the_log_for_this_process()
    {
        using var store = Records.Open(_disk);
        _disk.Inject = operation => operation.Call == FileCall.Sync ? new FileFault(FaultKind.Error, SimulatedFileSystem.IoError) : default;
        Assert.Throws<StorageFailureException>(() => store.Log.Write([Records.Promise(2)]));
        _disk.Inject = null;
        Assert.Throws<InvariantException>(() => store.Log.Write([Records.Promise(2)]));
    }

    [Fact]
    public void What_was_read_from_the_page_cache_after_a_failed_sync_is_written_again()
    {
        var store = Records.Open(_disk);
        _disk.Inject = operation => operation.Call == FileCall.Sync ? new FileFault(FaultKind.Error, SimulatedFileSystem.IoError) : default;
        Assert.Throws<StorageFailureException>(() => store.Log.Write([Records.Promise(2)]));
        _disk.Inject = null;
        _disk.Kill();
        using (var again = Records.Open(_disk)) Assert.Equal(Records.Epoch(2), again.Log.Promised);
        _disk.LosePower(PowerLoss.LosesAll);
        using var third = Records.Open(_disk);
        Assert.Equal(Records.Epoch(2), third.Log.Promised);
    }

    /// <summary>Longer than the pieces in which recovery reads.</summary>
    [Fact]
    public void Long_segments_are_recovered_with_the_one_that_was_made_ahead()
    {
        var options = Records.Options with { SegmentBytes = 3 * 1024 * 1024, ReserveBytes = 64 * 1024, PrepareInBackground = true };
        using (var store = DurableStore.Open(_disk, options))
            for (var first = 1; first <= 60; first += 5) store.WriteAll(Records.Appends(1, first, first + 4, 120_000));

        for (var start = 0; start < 3; start++)
        {
            using var again = DurableStore.Open(_disk, options);
            Assert.Equal(60, again.Entries.Count);
            Assert.Equal(60, again.Log.Read(new LogIndex(1), int.MaxValue).Count);
        }
    }

    [Fact]
    public void Another_servers_data_is_refused()
    {
        Records.Open(_disk).Dispose();
        var refused = Assert.Throws<StoreRefusedException>(
            () => DurableStore.Open(_disk, Records.Options with { Server = new ReplicaId(2) }));
        Assert.Contains("to number 2, and this is number 3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_has_one_user()
    {
        using var store = Records.Open(_disk);
        Assert.Throws<StoreRefusedException>(() => Records.Open(_disk));
    }

    private List<string> Segments() =>
        [.. _disk.Names.Where(name => name.StartsWith("log-0", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private string FirstEntries() => string.Join(' ', Segments().Select(name => name[4..^4].TrimStart('0')));
}
