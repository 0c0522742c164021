using System.Globalization;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Storage.Tests;

/// <summary>What a store should say, kept in the simplest way: nothing of the product's own bookkeeping is used.</summary>
internal sealed class StoreModel
{
    private ClusterId _cluster;
    private StoreMode _mode = StoreMode.Blank;
    private Epoch _promised;

    public LogPosition Base { get; private set; }

    public List<Entry> Entries { get; private init; } = [];

    public Epoch Promised => _promised;

    public LogIndex Last => Entries is [.., var last] ? last.Index : Base.Index;

    public StoreModel Copy() =>
        new() { _cluster = _cluster, _mode = _mode, _promised = _promised, Base = Base, Entries = [.. Entries] };

    public StoreModel With(params ReadOnlySpan<DurableRecord> records)
    {
        var copy = Copy();
        foreach (ref readonly var record in records) copy.Apply(record);
        return copy;
    }

    public StoreModel WithCheckpoint(LogPosition position)
    {
        var copy = Copy();
        copy.Base = position;
        copy.Entries.RemoveAll(entry => entry.Index <= position.Index);
        return copy;
    }

    /// <summary>Everything, so that two states can be compared and shown.</summary>
    public override string ToString() => Describe(_mode, _cluster, _promised, Base, Entries);

    public static string Describe(DurableStore store) =>
        Describe(store.Log.Mode, store.Log.ClusterId, store.Log.Promised, store.Log.Base, store.Entries);

    private static string Describe(StoreMode mode, ClusterId cluster, Epoch promised, LogPosition @base, IEnumerable<Entry> entries)
    {
        var log = entries.Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Position}@{entry.Stamp}#{Crc32C.Compute(entry.Payload.Span):x}"));
        return $"{mode} {cluster} promised {promised} base {@base} log {string.Join(' ', log)}";
    }

    private void Apply(in DurableRecord record)
    {
        var from = record.From;
        switch (record.Kind)
        {
            case DurableRecordKind.Append:
                Entries.Add(record.Entry!);
                break;
            case DurableRecordKind.Truncate:
                Entries.RemoveAll(entry => entry.Index >= from);
                break;
            case DurableRecordKind.Promise:
                _promised = record.Promised;
                break;
            case DurableRecordKind.Identity:
                (_cluster, _mode) = (record.ClusterId, record.Mode);
                break;
            default:
                Base = record.Base;
                Entries.Clear();
                break;
        }
    }
}
