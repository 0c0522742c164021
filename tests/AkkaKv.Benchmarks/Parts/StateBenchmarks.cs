using System.Buffers;
using AkkaKv.Core;
using AkkaKv.Core.State;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>The map: reads as sessions make them, entries applied, a snapshot written.</summary>
[MemoryDiagnoser]
public class StateBenchmarks
{
    private const int EntriesAtOnce = 100;
    private const int RequestsInEntry = 16;

    private static readonly byte[] Copied = new byte[1024];

    /// <summary>What a session does with a value.</summary>
    private static readonly Action<Item?> Copy = static item => item!.Value.CopyTo(Copied);

    private readonly Entry[] _entries = new Entry[EntriesAtOnce];
    private readonly byte[] _key = new byte[Load.Dataset.KeyBytes];
    private KeyValueState _state = null!;
    private long _last;
    private int _next;

    [GlobalSetup]
    public void Prepare() => _state = Entries.Filled(out _last, ref _next);

    [IterationSetup(Target = nameof(ApplySet))]
    public void MakeEntries()
    {
        for (var i = 0; i < EntriesAtOnce; i++)
            _entries[i] = Entries.Make(++_last, RequestsInEntry, ref _next);
    }

    [Benchmark]
    public bool TryReadOne()
    {
        _next = (_next + 7919) % Entries.Keys;
        Load.Dataset.WriteKey(_key, _next);
        return _state.TryReadOne(_key, Copy, out _);
    }

    [Benchmark(OperationsPerInvoke = EntriesAtOnce * RequestsInEntry)]
    public void ApplySet()
    {
        foreach (var entry in _entries)
            Entries.Apply(_state, entry);
    }

    /// <summary>All keys; divide by their number for one.</summary>
    [Benchmark]
    public long WriteSnapshot()
    {
        using var capture = _state.BeginCapture();
        var writer = new SnapshotWriter(capture);
        var output = new ArrayBufferWriter<byte>(256 * 1024);
        while (writer.WriteNext(output))
            output.ResetWrittenCount();
        return writer.Length;
    }
}
