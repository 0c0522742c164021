using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Storage;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>Entries made durable: one write and one sync for a whole group. The figure is for the group.</summary>
[MemoryDiagnoser]
public class LogBenchmarks
{
    private const int RequestsInEntry = 16;

    private string _directory = string.Empty;
    private DurableStore _store = null!;
    private DurableRecord[] _records = [];
    private long _last;
    private int _key;

    /// <summary>Entries in a group.</summary>
    [Params(1, 4, 16)]
    public int Group { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _directory = Directory.CreateTempSubdirectory("akkakv-benchmark-log-").FullName;
        _store = DurableStore.Open(
            new OsFileSystem(_directory), new StoreOptions { Server = new ReplicaId(0), NewStoreId = new StoreId(Guid.NewGuid()) });
        _records = new DurableRecord[Group];
    }

    [GlobalCleanup]
    public void Close()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [IterationSetup]
    public void MakeRecords()
    {
        for (var i = 0; i < Group; i++)
        {
            var entry = Entries.Make(++_last, RequestsInEntry, ref _key);
            _records[i] = new DurableRecord { Kind = DurableRecordKind.Append, Ticket = _last, Entry = entry };
        }
    }

    [Benchmark]
    public int WriteAndSync()
    {
        var written = 0;
        while (written < Group)
            written += _store.Log.Write(_records.AsSpan(written));
        return written;
    }
}
