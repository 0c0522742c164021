using System.Buffers;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>Entries as a leader makes them, for the parts that carry, keep and apply them.</summary>
internal static class Entries
{
    /// <summary>Keys in the map of the suites.</summary>
    public const int Keys = 100_000;

    private const long FirstStamp = 1_700_000_000_000;

    /// <summary>The first that a state opens; requests of servers are told from requests of clients by their session.</summary>
    private const long Session = 1;

    private static readonly Epoch Epoch = new(1, 0, 1);

    private static long _sequence;

    /// <summary>An entry of so many requests, each one SET of a 100-byte value.</summary>
    public static Entry Make(long index, int requests, ref int key)
    {
        var commands = new CommandWriter();
        var payload = new ArrayBufferWriter<byte>(requests * (RequestCodec.HeaderBytes + 160));
        Span<byte> name = stackalloc byte[Load.Dataset.KeyBytes];
        Span<byte> value = stackalloc byte[100];
        for (var i = 0; i < requests; i++)
        {
            Load.Dataset.WriteKey(name, key++ % Keys);
            commands.Set(name, value);
            _sequence++;
            RequestCodec.Write(payload, Session, _sequence, low: _sequence, 1, commands.Written);
            commands.Reset();
        }

        return Entry(index, payload);
    }

    /// <summary>A map with <see cref="Keys"/> keys in it.</summary>
    public static KeyValueState Filled(out long last, ref int key)
    {
        var state = new KeyValueState(new ClusterId(new Guid("c1c1c1c1-0000-4000-8000-00000000c1c1")));
        last = 1;
        Apply(state, OpenSession(last));
        while (key < Keys)
            Apply(state, Make(++last, 100, ref key));
        return state;
    }

    public static void Apply(KeyValueState state, Entry entry)
    {
        state.MarkPending(entry);
        state.Apply(entry, Deaf.Instance);
    }

    private static Entry OpenSession(long index)
    {
        var commands = new CommandWriter();
        var payload = new ArrayBufferWriter<byte>();
        commands.OpenSession(new ReplicaId(0), incarnation: 1);
        RequestCodec.Write(payload, 0, 0, 0, 1, commands.Written);
        return Entry(index, payload);
    }

    private static Entry Entry(long index, ArrayBufferWriter<byte> payload) =>
        new(new LogPosition(Epoch, new LogIndex(index)), FirstStamp + index, EntryKind.Requests, payload.WrittenMemory);

    private sealed class Deaf : IResultSink
    {
        public static readonly Deaf Instance = new();

        public void OnResult(long sessionId, long sequence, RequestOutcome outcome, ReadOnlyMemory<byte> results)
        {
        }
    }
}
