using System.Buffers;
using System.Text;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;

namespace AkkaKv.Core.Tests.State;

/// <summary>A log of one entry after another, applied at once, with results as text: OK, nil, 7, "bulk", !ErrorNotInteger.</summary>
internal sealed class TestLog : IResultSink
{
    public static readonly ClusterId Cluster = new(new Guid("6f1c2a9e-2f57-4f0c-9a53-8a0f6d2b7c11"));

    private readonly CommandWriter _writer = new();
    private readonly List<(long Session, long Sequence, RequestOutcome Outcome, string Results)> _decided = [];
    private long _sequence;

    public TestLog(KeyValueState? state = null)
    {
        State = state ?? new KeyValueState(Cluster);
        if (state is null) Session = OpenSession(slot: 0, incarnation: 1);
    }

    public KeyValueState State { get; }

    public long Session { get; set; }

    public long Stamp { get; set; } = 1_000_000;

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static string ResultsText(ReadOnlySpan<byte> results)
    {
        var texts = new List<string>();
        var reader = new ResultReader(results);
        while (reader.TryRead(out var result))
        {
            texts.Add(result.Kind switch
            {
                ResultKind.Ok => "OK",
                ResultKind.Nil => "nil",
                ResultKind.Integer => $"{result.Integer}",
                ResultKind.Bulk => $"\"{Text(result.Bulk)}\"",
                _ => $"!{result.Kind}",
            });
        }

        Assert.True(reader.IsAtEnd);
        return string.Join(' ', texts);
    }

    public void OnResult(long sessionId, long sequence, RequestOutcome outcome, ReadOnlyMemory<byte> results) =>
        _decided.Add((sessionId, sequence, outcome, ResultsText(results.Span)));

    /// <summary>Applies one request of the session in an entry of its own, and returns its results.</summary>
    public string Run(Action<CommandWriter> write)
    {
        var (outcome, results) = Request(Session, ++_sequence, _sequence, write);
        Assert.Equal(RequestOutcome.Executed, outcome);
        return results;
    }

    public long OpenSession(byte slot, long incarnation) =>
        long.Parse(Request(0, incarnation, 0, writer => writer.OpenSession(new ReplicaId(slot), incarnation)).Results);

    public string RunInternal(Action<CommandWriter> write) => Request(0, 0, 0, write).Results;

    public (RequestOutcome Outcome, string Results) Request(long session, long sequence, long low, Action<CommandWriter> write)
    {
        var entry = NextEntry(RequestBytes(session, sequence, low, write));
        State.MarkPending(entry);
        State.Apply(entry, this);
        var (_, _, outcome, results) = _decided[^1];
        return (outcome, results);
    }

    /// <summary>One request in its binary form.</summary>
    public ReadOnlyMemory<byte> RequestBytes(long session, long sequence, long low, Action<CommandWriter> write)
    {
        write(_writer);
        var output = new ArrayBufferWriter<byte>();
        var count = _writer.Count;
        RequestCodec.Write(output, session, sequence, low, count, _writer.Take().Span);
        Assert.True(RequestCodec.Validate(output.WrittenSpan));
        return output.WrittenMemory;
    }

    public Entry NextEntry(ReadOnlyMemory<byte> payload, long ahead = 0) =>
        new(new LogPosition(new Epoch(1, 0, 7), State.AppliedIndex.Next + ahead), Stamp, EntryKind.Requests, payload);

    public string? Get(string key) => State.Find(Bytes(key)) is { } item ? Text(item.Value) : null;
}
