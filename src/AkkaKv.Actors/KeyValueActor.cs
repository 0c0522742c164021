using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.Storage;

namespace AkkaKv.Actors;

/// <summary>
/// One server's replica: turns mail into calls of the pure <see cref="Replica"/>, and what that asks for into disk writes, messages and
/// tasks. It decides nothing.
/// </summary>
public sealed class KeyValueActor : ReplicationShell
{
    private readonly Reachability _reachability;
    private readonly SnapshotSchedule _schedule;
    private readonly List<Effect.OpenSnapshot> _waitingForSnapshot = [];

    // Null until the store is recovered.
    private Replica? _replica;
    private DurableStore? _store;
    private LogWriter? _writer;
    private SnapshotWork? _snapshots;
    private SnapshotTransfer? _refused;
    private IActorRef? _stopAsker;
    private bool _stopped;

    /// <summary>Made by <see cref="Props"/>; public because the engine makes actors by public constructors only.</summary>
    public KeyValueActor(ReplicaOptions options)
        : base(options, Part.Replica)
    {
        Peers.SetLocal(SelfId, Part.Replica, Self);
        _reachability = new Reachability(options.Servers, options.Servers[SelfId.Slot]);
        _schedule = new SnapshotSchedule(options.SnapshotAfter, SelfId, options.Servers.Length);
    }

    /// <summary>A leader has started beside this replica.</summary>
    internal sealed record LeaderStarted(IActorRef Leader);

    /// <summary>
    /// Give up the lease and say so, or promise the next leader if none is there: the server stops (rule R16). Answered with
    /// <see cref="Done"/>.
    /// </summary>
    public sealed record Stop
    {
        /// <summary>The only one.</summary>
        public static readonly Stop Instance = new();

        /// <summary>The replica has stopped; nothing more will be heard from it.</summary>
        public sealed record Done;
    }

    /// <summary>The recipe of this actor.</summary>
    public static Props Props(ReplicaOptions options) => Akka.Actor.Props.Create(() => new KeyValueActor(options));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Cluster.Get(Context.System).Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Options.Store.Take().PipeTo(Self, success: recovered => recovered, failure: failure => new Failed(failure));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        Options.View.Clear();
        _writer?.Dispose();
        _snapshots?.Close();
    }

    private protected override void Handle(object message)
    {
        if (_replica is null || _stopped)
            HandleWithoutReplica(message);
        else
            HandleWithReplica(_replica, message);
    }

    private void HandleWithReplica(Replica replica, object message)
    {
        switch (message)
        {
            case ClientRequest request:
                replica.Submit(request);
                break;
            case ClientRead read:
                replica.Read(read);
                break;
            case PeerMessage peer:
                replica.Step(peer.From, peer.Message);
                break;
            case Flush:
                replica.Flush();
                CarryOut(replica);
                return;
            case Persisted persisted:
                replica.OnPersisted(persisted.Ticket);
                break;
            case Tick:
                replica.Tick();
                CarryOut(replica);
                return;
            case Stop:
                OnStop(replica);
                return;
            default:
                if (!HandleRarely(replica, message))
                    Unhandled(message);
                break;
        }

        AskForFlush();
    }

    private bool HandleRarely(Replica replica, object message)
    {
        switch (message)
        {
            case LogRead read:
                replica.OnLogRead(read.Ticket, read.Previous, read.Entries);
                return true;
            case DiskFull full:
                Log.Warning(full.IsFull ? "The disk is full: writes are refused, reads go on" : "The disk has room again");
                replica.OnDiskFull(full.IsFull);
                return true;
            case SnapshotTaken taken:
                _schedule.OnTaken(taken.Length);
                _writer!.Checkpoint(taken.Position);
                return true;
            case SnapshotMissed missed:
                Log.Warning("No snapshot was written: {0}", missed.Reason);
                _schedule.OnMissed();
                return true;
            case SnapshotRefused refused:
                // The leader goes on sending it: one line is enough.
                if (_refused != refused.Transfer)
                    NoticeLog.WriteRefusal(Log, Options.Servers, refused.Transfer.Peer, refused.Reason);
                _refused = refused.Transfer;
                replica.OnSnapshotFailed(refused.Transfer);
                return true;
            case Checkpointed checkpointed:
                replica.OnSnapshotTaken(checkpointed.Position);
                OpenWanted();
                return true;
            case ForReplica step:
                step.Apply(replica);
                return true;
            case LeaderStarted started:
                Peers.SetLocal(SelfId, Part.Leader, started.Leader);
                return true;
            case Failed failed:
                Fail(failed.Failure);
                return true;
            default:
                if (!_reachability.Observe(message))
                    return false;
                replica.OnReachable(_reachability.Count);
                return true;
        }
    }

    private void HandleWithoutReplica(object message)
    {
        switch (message)
        {
            case Recovered recovered:
                OnRecovered(recovered);
                break;
            case Failed failed:
                Fail(failed.Failure);
                break;
            case ClientRequest request:
                request.Sink.OnReply(new ClientReply(ReplyStatus.Loading, default));
                break;
            case ClientRead read:
                read.Sink.OnRefused(ReplyStatus.Loading);
                break;
            case LeaderStarted started:
                Peers.SetLocal(SelfId, Part.Leader, started.Leader);
                break;
            case Stop:
                _stopped = true;
                Sender.Tell(new Stop.Done());
                break;
            default:
                // Peers repeat what matters; it makes no sense before the store is read.
                _reachability.Observe(message);
                break;
        }
    }

    private void OnRecovered(Recovered recovered)
    {
        if (_stopped)
            return;

        var (store, read) = (recovered.Store, recovered.Replica);
        if (store.DiscardedInto is { } folder)
            Log.Warning("Damaged data was set aside into {0}; this server will be filled by the others", folder);
        Log.Info(
            "Recovered {0}: {1} keys at {2}, {3} entries after it, in {4:F0} ms",
            read.StoreId, read.State.Count, read.Snapshot, read.Entries.Count, recovered.Took.TotalMilliseconds);
        _store = store;
        _writer = recovered.BeginWriting(new WriterListener(Self));
        _schedule.OnRecovered(store.SnapshotLength, read.Entries);
        _snapshots = new SnapshotWork(_store);
        _replica = new Replica(Options.Replication, read, RandomNonce(), Options.Clock);
        _replica.OnReachable(_reachability.Count);
        Options.View.Set(_replica, _writer);
        _replica.Flush();
        CarryOut(_replica);
    }

    private void OnStop(Replica replica)
    {
        _stopAsker = Sender;
        Options.View.Clear();
        replica.Stop();
        CarryOut(replica);
    }

    /// <summary>The one place where a decision becomes an effect.</summary>
    private void CarryOut(Replica replica)
    {
        var ready = replica.Ready;
        if (!ready.IsEmpty)
        {
            if (ready.Persist.Count > 0)
                _writer!.Enqueue(CollectionsMarshal.AsSpan(ready.Persist));
            Send(ready.Send);
            foreach (var effect in ready.Effects)
                Start(effect);
            NoticeLog.Write(Log, Options.Servers, ready.Notices);
            _schedule.Count(ready.Persist);
            ready.Clear();
        }

        if (_stopAsker is not null)
        {
            if (replica.HasStopped)
                OnStopped(_stopAsker);
        }
        else if (_schedule.IsDue)
        {
            TakeSnapshot(replica);
        }

        if (replica.MustFlushAgain)
            AskForFlush();
        TickAt(replica.NextWake);
    }

    private void OnStopped(IActorRef asker)
    {
        _stopped = true;
        asker.Tell(new Stop.Done());
    }

    private void TakeSnapshot(Replica replica)
    {
        _schedule.OnStarted();
        var capture = replica.State.BeginCapture();
        var (work, cluster) = (_snapshots!, replica.Status.ClusterId);

        // It takes its time, which a thread of the pool must not: remoting and clients run there, on as many threads as there are cores.
        Task.Factory.StartNew(
            () => work.Take(capture, cluster), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).PipeTo(
            Self,
            success: taken => new SnapshotTaken(taken.Position, taken.Length),
            failure: failure => failure is StorageFailureException { IsDiskFull: true }
                ? new SnapshotMissed(failure.Message)
                : new Failed(failure));
    }

    private void Start(Effect effect)
    {
        var (work, store) = (_snapshots!, _store!);
        switch (effect)
        {
            case Effect.ReadLog e:
                Run(() => LogRead.From(store, e), read => read);
                break;
            case Effect.OpenSnapshot e:
                OpenSnapshot(e);
                break;
            case Effect.ReadSnapshot e:
                RunOutgoing(() => work.Read(e.Transfer, e.Offset, e.Length), bytes => new ForReplica(
                    replica => replica.OnSnapshotRead(e.Transfer, e.Offset, bytes)));
                break;
            case Effect.CloseSnapshot e:
                work.Outgoing.Add(() => work.Close(e.Transfer), static closed => closed);
                break;
            case Effect.WriteSnapshot e:
                RunIncoming(e.Transfer, () => work.Write(e), written => new ForReplica(
                    replica => replica.OnSnapshotWritten(e.Transfer, written)));
                break;
            case Effect.InstallSnapshot e:
                RunIncoming(e.Transfer, () => work.Install(e.Transfer, e.Position), loaded => new ForReplica(
                    replica => OnInstalled(replica, e, loaded.State, loaded.Length)));
                break;
            default:
                throw new InvalidOperationException($"{effect} cannot be carried out.");
        }
    }

    private void OnInstalled(Replica replica, Effect.InstallSnapshot effect, KeyValueState state, long length)
    {
        replica.OnSnapshotInstalled(effect.Transfer, effect.Position, state);
        if (replica.State == state)
            _schedule.OnInstalled(length, effect.Transfer.Peer);
    }

    /// <summary>The newest snapshot is sent; when it does not reach far enough, one is taken first.</summary>
    private void OpenSnapshot(Effect.OpenSnapshot effect)
    {
        var (work, position) = (_snapshots!, _store!.Log.Base);
        if (position == LogPosition.Start || position.Index < effect.AtLeast)
        {
            _waitingForSnapshot.Add(effect);
            _schedule.OnWanted();
            return;
        }

        RunOutgoing(() => work.Open(effect.Transfer, position), opened => new ForReplica(
            replica => replica.OnSnapshotOpened(effect.Transfer, opened.Position, opened.Length)));
    }

    private void OpenWanted()
    {
        var waiting = _waitingForSnapshot.ToArray();
        _waitingForSnapshot.Clear();
        foreach (var effect in waiting)
            OpenSnapshot(effect);
    }

    private void Run<T>(Func<T> work, Func<T, object> success) =>
        Task.Run(work).PipeTo(Self, success: success, failure: failure => new Failed(failure));

    private void RunOutgoing<T>(Func<T> work, Func<T, object> success) =>
        _snapshots!.Outgoing.Add(work, done => done.PipeTo(Self, success: success, failure: failure => new Failed(failure)));

    // Bytes that came over the network may be damaged, and a full disk gets room again: the leader sends another snapshot.
    private void RunIncoming<T>(SnapshotTransfer transfer, Func<T> work, Func<T, object> success) =>
        _snapshots!.Incoming.Add(work, done => done.PipeTo(
            Self, success: success,
            failure: failure => failure is SnapshotDamagedException or DamagedDataException or StorageFailureException { IsDiskFull: true }
                ? new SnapshotRefused(transfer, failure.Message)
                : new Failed(failure)));

    private protected override void Fail(Exception failure)
    {
        if (_stopped)
            return;

        _stopped = true;
        Options.View.Clear();
        if (failure is StoreWentBackException back && _store is { } store)
            failure = store.Distrust(back.Message);
        base.Fail(failure);
    }

    private static long RandomNonce() => 1 + (BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & (long.MaxValue >> 1));

    internal sealed record Failed(Exception Failure);

    private sealed record Persisted(long Ticket);

    private sealed record DiskFull(bool IsFull);

    private sealed record Checkpointed(LogPosition Position);

    private sealed record SnapshotTaken(LogPosition Position, long Length);

    private sealed record SnapshotMissed(string Reason);

    private sealed record SnapshotRefused(SnapshotTransfer Transfer, string Reason);

    private sealed record ForReplica(Action<Replica> Apply);

    /// <summary>The log's writer speaks from its own thread; the actor reads it as mail.</summary>
    private sealed class WriterListener(IActorRef replica) : ILogWriterListener
    {
        public void OnPersisted(long ticket) => replica.Tell(new Persisted(ticket), ActorRefs.NoSender);

        public void OnCheckpoint(LogPosition position) => replica.Tell(new Checkpointed(position), ActorRefs.NoSender);

        public void OnDiskFull(bool isFull) => replica.Tell(new DiskFull(isFull), ActorRefs.NoSender);

        public void OnFailed(Exception failure) => replica.Tell(new Failed(failure), ActorRefs.NoSender);
    }
}
