using System.Buffers;
using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;

namespace AkkaKv.Gateway.Tests;

/// <summary>
/// A replica without replication: it applies each submission at once to a real map. Tests can take its lease, make it refuse, and
/// hold answers back.
/// </summary>
internal sealed class FakeReplica : IReplicaView, ILocalReads
{
    private static readonly ClusterId Cluster = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    /// <summary>While false, local reads fail and sessions have to ask the actor.</summary>
    public volatile bool HasLease = true;

    private long _allocatedByReader;

    /// <summary>Answers everything with this instead of carrying it out.</summary>
    public ReplyStatus? Refusal { get; set; }

    /// <summary>While not set, submissions and reads wait for it.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>While not set, local reads of several keys wait for it, on the thread they run on.</summary>
    public ManualResetEventSlim StoreGate { get; } = new(initialState: true);

    /// <summary>Submissions that arrived: the number of commands in each.</summary>
    public List<int> Submissions { get; } = [];

    public int ReadsAsked { get; set; }

    /// <summary>What the thread that looked up the last key had allocated by then, ever since it began.</summary>
    public long AllocatedByReader => Volatile.Read(ref _allocatedByReader);

    public ReplicaId? Leader { get; set; } = new ReplicaId(0);

    public KeyValueState State { get; } = new(Cluster);

    public ILocalReads Reads => this;

    public ReplicaStatus Status => new()
    {
        Id = new ReplicaId(0),
        Role = ReplicaRole.Leader,
        Mode = StoreMode.Voter,
        ClusterId = Cluster,
        Epoch = Epoch.None,
        Leader = Leader,
        Commit = State.AppliedIndex,
        Last = State.Applied,
        Snapshot = LogIndex.Zero,
        LeaseValid = HasLease,
        Ready = true,
        PendingRequests = 0,
        ParkedReads = 0,
        Peers = [],
    };

    public bool TryGet(ReadOnlySpan<byte> key, Action<Item?> read)
    {
        Volatile.Write(ref _allocatedByReader, GC.GetAllocatedBytesForCurrentThread());
        return HasLease && State.TryReadOne(key, read, out _);
    }

    public bool TryRead<TArg>(TArg arg, Action<KeyValueState, TArg> read)
    {
        StoreGate.Wait(TimeSpan.FromSeconds(30));
        if (!HasLease || !State.TryBeginRead(out var token))
            return false;
        read(State, arg);
        return State.IsUnchanged(token);
    }

    public Props Props() => Akka.Actor.Props.Create(() => new FakeReplicaActor(this));

    private sealed class FakeReplicaActor : ReceiveActor, IResultSink
    {
        private readonly FakeReplica _replica;
        private ReadOnlyMemory<byte> _results;
        private long _session;
        private long _sequence;

        public FakeReplicaActor(FakeReplica replica)
        {
            _replica = replica;
            Receive<ClientRequest>(OnRequest);
            Receive<ClientRead>(OnRead);

            var open = new CommandWriter();
            open.OpenSession(new ReplicaId(0), incarnation: 1);
            Apply(0, 0, 1, open.Take());
            _session = 1;
        }

        public void OnResult(long sessionId, long sequence, RequestOutcome outcome, ReadOnlyMemory<byte> results) => _results = results;

        private void OnRequest(ClientRequest request)
        {
            _replica.Gate.Wait(TimeSpan.FromSeconds(30));
            lock (_replica.Submissions)
                _replica.Submissions.Add(request.Count);
            if (_replica.Refusal is { } status)
            {
                request.Sink.OnReply(new ClientReply(status, default));
                return;
            }

            Apply(_session, ++_sequence, request.Count, request.Commands);
            request.Sink.OnReply(new ClientReply(ReplyStatus.Committed, _results));
        }

        private void OnRead(ClientRead read)
        {
            _replica.Gate.Wait(TimeSpan.FromSeconds(30));
            _replica.ReadsAsked++;
            if (_replica.Refusal is { } status)
                read.Sink.OnRefused(status);
            else
                read.Sink.OnReadable(_replica.State);
        }

        private void Apply(long session, long sequence, int count, ReadOnlyMemory<byte> commands)
        {
            var payload = new ArrayBufferWriter<byte>();
            RequestCodec.Write(payload, session, sequence, sequence, count, commands.Span);
            var index = new LogIndex(_replica.State.AppliedIndex.Value + 1);
            var entry = new Entry(
                new LogPosition(new Epoch(1, 0, 1), index),
                Math.Max(_replica.State.Stamp, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
                EntryKind.Requests,
                payload.WrittenMemory);
            _replica.State.MarkPending(entry);
            _replica.State.Apply(entry, this);
        }
    }
}
