using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

/// <summary>Short words for what the tests write.</summary>
internal static class Records
{
    public static readonly StoreId Store = new(new Guid("5f0c7f6e-6a1e-4e0a-9b67-0c8e1f2d3a4b"));
    public static readonly ClusterId Cluster = new(new Guid("c1c1c1c1-0000-4000-8000-00000000c1c1"));

    /// <summary>Small segments, so that a few records rotate; everything on the test's own thread.</summary>
    public static StoreOptions Options { get; } = new()
    {
        Server = new ReplicaId(1),
        NewStoreId = Store,
        SegmentBytes = 16 * 1024,
        ReserveBytes = 2 * 1024,
        PrepareInBackground = false,
    };

    public static DurableStore Open(SimulatedFileSystem disk) => DurableStore.Open(disk, Options);

    public static Epoch Epoch(ulong round) => new(round, 1, 7);

    public static LogPosition At(ulong round, long index) => new(Epoch(round), new LogIndex(index));

    public static DurableRecord Append(ulong round, long index, int payloadBytes = 100)
    {
        var payload = new byte[payloadBytes];
        for (var i = 0; i < payload.Length; i++) payload[i] = (byte)(i + (int)index + ((int)round * 31));
        var entry = new Entry(At(round, index), 1000 + index, EntryKind.Requests, payload);
        return new DurableRecord { Kind = DurableRecordKind.Append, Ticket = 0, Entry = entry };
    }

    public static DurableRecord[] Appends(ulong round, long first, long last, int payloadBytes = 100)
    {
        var records = new DurableRecord[last - first + 1];
        for (var i = 0; i < records.Length; i++) records[i] = Append(round, first + i, payloadBytes);
        return records;
    }

    public static DurableRecord Truncate(long from) =>
        new() { Kind = DurableRecordKind.Truncate, Ticket = 0, From = new LogIndex(from) };

    public static DurableRecord Promise(ulong round) =>
        new() { Kind = DurableRecordKind.Promise, Ticket = 0, Promised = Epoch(round) };

    public static DurableRecord Join() =>
        new() { Kind = DurableRecordKind.Identity, Ticket = 0, ClusterId = Cluster, Mode = StoreMode.Voter };

    public static DurableRecord Restart(LogPosition position) =>
        new() { Kind = DurableRecordKind.Restart, Ticket = 0, Base = position };

    /// <summary>Writes all records, batch after batch; none may be refused.</summary>
    public static void WriteAll(this DurableStore store, params DurableRecord[] records)
    {
        for (var done = 0; done < records.Length;)
        {
            var count = store.Log.Write(records.AsSpan(done));
            Assert.NotEqual(0, count);
            done += count;
        }
    }

    public static void WriteSnapshot(this DurableStore store, LogPosition position, int bytes = 200, bool received = false)
    {
        using var writer = received ? store.Snapshots.Receive(Cluster, position) : store.Snapshots.Create(Cluster, position);
        var content = new byte[bytes];
        for (var i = 0; i < bytes; i++) content[i] = (byte)(i * 7);
        writer.Append(content);
        writer.Complete();
    }
}
