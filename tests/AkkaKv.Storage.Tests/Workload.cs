using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

/// <summary>
/// The life of a store as a replica would live it, from a seed: entries, truncations with entries of a new epoch in their
/// place, promises, snapshots of its own and of others, rotation. Whatever interrupts it, <see cref="Check"/> knows what a
/// restart may find: what was durable, with or without the front part of the one step that was under way.
/// </summary>
/// <param name="payloadBytesMax">Entries with large ones fill a segment in a few steps, so that truncations reach over several.</param>
internal sealed class Workload(SimulatedFileSystem disk, ulong seed, int payloadBytesMax = 450)
{
    private ulong _random = seed;
    private ulong _round = 1;
    private StoreModel? _durable;
    private List<StoreModel> _underWay = [];
    private DurableStore? _store;

    public void Run(int steps)
    {
        _store = Records.Open(disk);
        if (_durable is not null) Assert.Equal(_durable.ToString(), StoreModel.Describe(_store));
        _durable ??= new StoreModel();
        if (_store.Log.Mode == StoreMode.Blank) Write(Records.Join(), Records.Promise(_round));
        for (var step = 0; step < steps; step++) Step();
        _store.Dispose();
    }

    /// <summary>Opens the store after a fault and compares it with what may be there; then goes on with it.</summary>
    public void Check(string what)
    {
        DurableStore store;
        try
        {
            store = Records.Open(disk);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{what}: the store could not be opened", failure);
        }

        var found = StoreModel.Describe(store);
        store.Dispose();
        if (_durable is null) return; // It died while it was created: any blank store is right.
        _durable = _underWay.Find(state => state.ToString() == found) ?? _durable;
        Assert.True(
            found == _durable.ToString(), $"{what}: expected\n{_durable}\nor\n{string.Join("\nor\n", _underWay)}\nbut found\n{found}");
        _underWay = [];
        _round = _durable.Promised.Round + 1;
    }

    private void Step()
    {
        switch (Next(10))
        {
            case 0:
                _round++;
                Write(Records.Promise(_round));
                break;
            case 1 when _durable!.Last > _durable.Base.Index:
                Rewrite();
                break;
            case 2 when _durable!.Entries.Count > 3:
                Checkpoint(_durable.Entries[_durable.Entries.Count / 2].Position);
                break;
            case 3 when Next(3) == 0:
                Install();
                break;
            case 4:
                _store!.Log.MarkDurable();
                break;
            default:
                var first = _durable!.Last.Value + 1;
                Write(Records.Appends(_round, first, first + Next(5), 50 + Next(payloadBytesMax - 50)));
                break;
        }
    }

    /// <summary>Another leader's entries take the place of ours (ABA: same index, other epoch).</summary>
    private void Rewrite()
    {
        _round++;
        var from = _durable!.Last.Value - Next((int)(_durable.Last - _durable.Base.Index));
        Write([Records.Promise(_round), Records.Truncate(from), .. Records.Appends(_round, from, from + Next(3), payloadBytesMax / 4)]);
    }

    private void Checkpoint(LogPosition position)
    {
        _store!.WriteSnapshot(position, Next(3) * 40_000);
        var next = _durable!.WithCheckpoint(position);
        _underWay = [next];
        if (_store!.Log.TryCheckpoint(position)) _durable = next;
        _underWay = [];
        _store.Tidy();
    }

    private void Install()
    {
        _round++;
        var position = Records.At(_round, _durable!.Last.Value + 1 + Next(50) - Next(3));
        if (position.Index <= _durable.Base.Index) return;
        _store!.WriteSnapshot(position, Next(3) * 40_000, received: true);
        var next = position.Index.Value + 1;
        Write([Records.Restart(position), Records.Promise(_round), .. Records.Appends(_round, next, next + 1)]);
        _store!.Tidy();
    }

    private void Write(params DurableRecord[] records)
    {
        while (records.Length > 0)
        {
            _underWay = [.. Enumerable.Range(1, records.Length).Select(count => _durable!.With(records.AsSpan(0, count)))];
            var written = _store!.Log.Write(records);
            if (written == 0) break;
            _durable = _underWay[written - 1];
            records = records[written..];
        }

        _underWay = [];
    }

    private int Next(int bound)
    {
        _random += 0x9E3779B97F4A7C15;
        var mixed = (_random ^ (_random >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)bound);
    }
}
