using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

public sealed class SnapshotTests
{
    private readonly SimulatedFileSystem _disk = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public void What_was_written_is_read_whatever_its_length(int length)
    {
        var content = new byte[length];
        for (var i = 0; i < length; i++) content[i] = (byte)(i * 31);
        using var store = Records.Open(_disk);
        using (var writer = store.Snapshots.Create(Records.Cluster, Records.At(1, 5)))
        {
            for (var done = 0; done < length;)
            {
                var count = Math.Min(7_777, length - done);
                writer.Append(content.AsSpan(done, count));
                done += count;
            }

            Assert.Equal(length, writer.Length);
            writer.Complete();
        }

        using var reader = store.Snapshots.Open(Records.At(1, 5));
        using var copy = new MemoryStream();
        reader.OpenContent().CopyTo(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(length, reader.Length);
        var piece = new byte[1000];
        var read = reader.Read(length / 2, piece);
        Assert.Equal(content.AsSpan(length / 2, read).ToArray(), piece.AsSpan(0, read).ToArray());
    }

    [Fact]
    public void An_abandoned_snapshot_leaves_nothing_and_can_be_tried_again()
    {
        using var store = Records.Open(_disk);
        store.Snapshots.Create(Records.Cluster, Records.At(1, 5)).Dispose();
        Assert.DoesNotContain(_disk.Names, name => name.EndsWith(".tmp", StringComparison.Ordinal));
        store.WriteSnapshot(Records.At(1, 5));
    }

    [Fact]
    public void A_full_disk_ends_the_snapshot_and_nothing_else()
    {
        using var store = Records.Open(_disk);
        store.WriteAll(Records.Appends(1, 1, 5));
        _disk.CapacityBytes = 50 * 1024;
        var full = Assert.Throws<StorageFailureException>(() => store.WriteSnapshot(Records.At(1, 5), 500_000));
        Assert.True(full.IsDiskFull);
        store.WriteAll(Records.Append(1, 6));
        store.WriteSnapshot(Records.At(1, 5), 1000);
        Assert.True(store.Log.TryCheckpoint(Records.At(1, 5)));
    }

    [Fact]
    public void Another_snapshot_of_the_same_index_is_not_taken_for_this_one()
    {
        using var store = Records.Open(_disk);
        store.WriteSnapshot(Records.At(1, 5));
        Assert.Throws<DamagedDataException>(() => store.Snapshots.Open(Records.At(2, 5)));
        Assert.Throws<DamagedDataException>(() => store.Snapshots.Open(Records.At(1, 6)));
    }
}
