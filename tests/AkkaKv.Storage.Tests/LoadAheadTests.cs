using AkkaKv.Core;
using AkkaKv.Core.State;

namespace AkkaKv.Storage.Tests;

/// <summary>The newest snapshot is read while the log is, before the log has said whether it is in force.</summary>
public sealed class LoadAheadTests : IDisposable
{
    private const int SnapshotBytes = 100_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("akkakv-storage-").FullName;
    private readonly OsFileSystem _files;
    private readonly KeyValueState _ahead = new(Records.Cluster);

    public LoadAheadTests() => _files = new OsFileSystem(_directory);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_was_loaded_ahead_is_what_a_replica_starts_from()
    {
        WriteHundredEntries(isInForce: true);

        using var store = Open();
        var replica = store.Load(_ => throw new InvalidOperationException("It was loaded already."));

        Assert.Same(_ahead, replica.State);
        Assert.Equal(Records.At(1, 50), replica.Snapshot);
        Assert.Equal(Enumerable.Range(51, 50), replica.Entries.Select(entry => (int)entry.Index.Value));
        Assert.Equal(SnapshotBytes, store.SnapshotLength);
    }

    [Fact]
    public void A_snapshot_that_the_log_does_not_name_counts_for_nothing()
    {
        WriteHundredEntries(isInForce: false);

        using var store = Open();
        var replica = store.Load(file => file is null ? new KeyValueState(Records.Cluster) : throw new InvalidOperationException("None."));

        Assert.NotSame(_ahead, replica.State);
        Assert.Equal(LogPosition.Start, replica.Snapshot);
        Assert.Equal(Enumerable.Range(1, 100), replica.Entries.Select(entry => (int)entry.Index.Value));
        Assert.Null(store.SnapshotLength);
    }

    [Fact]
    public void An_older_snapshot_in_force_has_all_entries_after_it()
    {
        WriteHundredEntries(isInForce: true);
        using (var store = Open()) store.WriteSnapshot(Records.At(1, 80), SnapshotBytes);

        using var again = Open();

        Assert.Equal(Records.At(1, 50), again.Log.Base);
        Assert.Equal(50, again.Entries.Count);
    }

    [Fact]
    public void Damage_in_the_one_in_force_is_found_and_named()
    {
        WriteHundredEntries(isInForce: true);
        var file = Assert.Single(Directory.GetFiles(_directory, "snapshot-*"));
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);

        var damage = Assert.Throws<DamagedDataException>(Open);

        Assert.Equal(file, damage.File);
    }

    [Fact]
    public void Entries_are_handed_over_and_not_kept()
    {
        WriteHundredEntries(isInForce: true);
        using var store = Open();

        store.Load(_ => _ahead);

        Assert.Empty(store.Entries);
    }

    private DurableStore Open() => DurableStore.Open(_files, Records.Options, reader =>
    {
        reader.Verify();
        return _ahead;
    });

    private void WriteHundredEntries(bool isInForce)
    {
        using var store = DurableStore.Open(_files, Records.Options);
        store.WriteAll([Records.Join(), Records.Promise(1), .. Records.Appends(1, 1, 100)]);
        store.WriteSnapshot(Records.At(1, 50), SnapshotBytes);
        if (!isInForce) return;
        Assert.True(store.Log.TryCheckpoint(Records.At(1, 50)));
        store.Tidy();
    }
}
