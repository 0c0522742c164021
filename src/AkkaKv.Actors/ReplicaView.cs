using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.Storage;

namespace AkkaKv.Actors;

/// <summary>
/// What the other parts of a server hold of its replica, from any thread: the running replica, or, while there is none, a view that
/// serves nothing and says so.
/// </summary>
/// <param name="self">The server.</param>
public sealed class ReplicaView(ReplicaId self) : IReplicaView
{
    private readonly Absent _absent = new(self);
    private volatile IReplicaView? _replica;
    private volatile LogWriter? _writer;
    private volatile bool _sendsClientsAway;

    /// <inheritdoc/>
    public ILocalReads Reads => Current.Reads;

    /// <inheritdoc/>
    public ReplicaStatus Status
    {
        get
        {
            var status = Current.Status;
            return _sendsClientsAway && status.Ready ? status with { Ready = false } : status;
        }
    }

    /// <inheritdoc/>
    public KeyValueState State => Current.State;

    private IReplicaView Current => _replica ?? _absent;

    /// <summary>Counters of the log's writer; none while there is no replica.</summary>
    public LogWriterCounters? TakeDiskCounters() => _writer?.TakeCounters();

    /// <summary>
    /// The server takes no more clients: it is ready no more, whatever its replica does for the others until it stops. Holds until there is
    /// the next replica.
    /// </summary>
    public void SendClientsAway() => _sendsClientsAway = true;

    internal void Set(Replica replica, LogWriter writer)
    {
        _sendsClientsAway = false;
        _writer = writer;
        _replica = replica;
    }

    internal void Clear()
    {
        _replica = null;
        _writer = null;
    }

    private sealed class Absent(ReplicaId self) : IReplicaView, ILocalReads
    {
        public ILocalReads Reads => this;

        public KeyValueState State { get; } = new(ClusterId.None);

        public ReplicaStatus Status { get; } = new()
        {
            Id = self,
            Role = ReplicaRole.Searching,
            Mode = StoreMode.Blank,
            ClusterId = ClusterId.None,
            Epoch = Epoch.None,
            Leader = null,
            Commit = LogIndex.Zero,
            Last = LogPosition.Start,
            Snapshot = LogIndex.Zero,
            LeaseValid = false,
            Ready = false,
            PendingRequests = 0,
            ParkedReads = 0,
            Peers = [],
        };

        public bool TryGet(ReadOnlySpan<byte> key, Action<Item?> read) => false;

        public bool TryRead<TArg>(TArg arg, Action<KeyValueState, TArg> read) => false;
    }
}
