using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Storage;

namespace AkkaKv.Actors.Tests.Replication;

public sealed class LogReadTests : IDisposable
{
    private static readonly Epoch Epoch = new(1, 0, 7);

    private readonly string _directory = Directory.CreateTempSubdirectory("akkakv-read-").FullName;
    private readonly DurableStore _store;

    public LogReadTests()
    {
        _store = DurableStore.Open(new OsFileSystem(_directory), new StoreOptions
        {
            Server = new ReplicaId(0),
            NewStoreId = new StoreId(Guid.NewGuid()),
            SegmentBytes = 4 * 1024 * 1024,
        });
        var records = Enumerable.Range(1, 4).Select(index => Append(index, index == 2 ? 200_000 : 100)).ToArray();
        for (var done = 0; done < records.Length;) done += _store.Log.Write(records.AsSpan(done));
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(0, 100_000, "1")]
    [InlineData(0, 1_000_000, "1 2 3 4")]
    [InlineData(1, 100_000, "2")]
    [InlineData(2, 100_000, "3 4")]
    [InlineData(4, 100_000, "")]
    public void What_comes_after_an_entry_is_read_however_large_that_one_is(long after, int bytesMax, string indexes)
    {
        var read = LogRead.From(_store, new Effect.ReadLog(1, new LogIndex(after), bytesMax));

        Assert.Equal(new LogIndex(after), read.Previous.Index);
        Assert.Equal(indexes, string.Join(' ', read.Entries.Select(static entry => entry.Index.Value)));
    }

    [Fact]
    public void An_entry_that_is_not_there_has_nothing_after_it() =>
        Assert.Empty(LogRead.From(_store, new Effect.ReadLog(1, new LogIndex(9), 1_000)).Entries);

    private static DurableRecord Append(long index, int bytes) => new()
    {
        Kind = DurableRecordKind.Append,
        Ticket = 0,
        Entry = new Entry(new LogPosition(Epoch, new LogIndex(index)), 1_000 + index, EntryKind.Requests, new byte[bytes]),
    };
}
