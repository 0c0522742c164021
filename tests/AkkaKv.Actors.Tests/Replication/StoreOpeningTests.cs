using AkkaKv.Core;
using AkkaKv.Storage;

namespace AkkaKv.Actors.Tests.Replication;

public sealed class StoreOpeningTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkakv-opening-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_store_that_no_replica_came_for_is_closed()
    {
        await Begin().DisposeAsync();

        // Its lock would refuse a second one.
        await using var again = Begin();
        Assert.Equal(2, (await again.Take()).Replica.Incarnation);
    }

    [Fact]
    public async Task A_store_is_for_one_replica()
    {
        await using var opening = Begin();
        await opening.Take();

        Assert.Throws<InvalidOperationException>(() => { _ = opening.Take(); });
    }

    [Fact]
    public async Task What_is_wrong_with_a_store_is_told_to_the_replica_alone()
    {
        await Begin().DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_directory, "identity"), "nonsense");

        var opening = Begin();
        await Assert.ThrowsAsync<DamagedDataException>(opening.Take);
        await opening.DisposeAsync();
    }

    private StoreOpening Begin() => StoreOpening.Begin(
        new OsFileSystem(_directory),
        new StoreOptions { Server = new ReplicaId(0), NewStoreId = new StoreId(Guid.NewGuid()), SegmentBytes = 4 * 1024 * 1024 });
}
