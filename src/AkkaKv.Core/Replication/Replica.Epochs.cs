using AkkaKv.Core.State;

namespace AkkaKv.Core.Replication;

/// <content>How an epoch begins: promises (R1), blank stores (R12), genesis (R15), identity (R17).</content>
public sealed partial class Replica
{
    private readonly Queue<HeldAnswer> _held = new();
    private readonly Refusals _refusals = new();

    /// <summary>What the newest promise, or the newest change of mode, waits for.</summary>
    private long _settlesAt;

    private Instant _lastAck;

    /// <summary>What a held answer says once the disk has it.</summary>
    private enum HeldKind : byte
    {
        Promised,
        Nominated,
        Founded,
        Acknowledged,
    }

    private bool IsSettled => _rules.IsDurable(_settlesAt, _persisted);

    /// <summary>Everything up to this ticket is durable: answers that waited for it leave.</summary>
    public void OnPersisted(long ticket)
    {
        if (_stopped) return;
        Invariant.Holds(ticket <= _ticket);
        if (ticket <= _persisted) return;
        _persisted = ticket;
        Release();
    }

    private void OnPrepare(Message.Prepare prepare)
    {
        if (RefuseIdentity(prepare.Epoch, prepare.Cluster, prepare.Configuration)) return;
        if (AnswerBlank(prepare.Epoch)) return;
        if (prepare.Epoch < _promised)
        {
            Ready.ToLeader(prepare.Epoch.Leader, new Message.Refused(prepare.Epoch, _promised));
            return;
        }

        if (prepare.Epoch > _promised) Promise(prepare.Epoch);
        else if (IsSettled) AnswerPromised();
    }

    /// <summary>
    /// R12, hole H33: this store was lost, or set aside, and another one was filled in its place. A majority has that on disk, and no
    /// leader will ever count this store again.
    /// </summary>
    private void OnReplaced(Message.Replaced replaced)
    {
        if (_mode != StoreMode.Voter || replaced.Store != _store || replaced.Epoch != _promised) return;
        throw new StoreWentBackException(
            $"The leader of {replaced.Epoch} knows the store {replaced.Known} of this server, which took the place of {_store}: "
            + "an older copy of its files was put back");
    }

    private void Promise(Epoch epoch)
    {
        EnterEpoch(epoch);
        _settlesAt = Persist(new DurableRecord { Kind = DurableRecordKind.Promise, Ticket = ++_ticket, Promised = epoch });
        Hold(HeldKind.Promised, epoch, default);
        Ready.Notices.Add(new Notice.EpochPromised(epoch));
    }

    /// <summary>R1 but for the disk: nothing of the older epoch counts any more.</summary>
    private void EnterEpoch(Epoch epoch)
    {
        Invariant.Holds(_promised < epoch);
        _promised = epoch;
        _leases.Reset();
        _verified = _received = _announced = Commit;
        _clusterDiskFull = false;
        _peers = [];
        _leaderIsFollowed = true;
        _isOpen = false;
        _reads.OnEpoch();
        _sender.CloseAll();
    }

    private void AnswerPromised()
    {
        var sinceAck = _rules.SinceAck(_clock.Now, _lastAck);
        var stamp = Math.Max(_log.LastStamp, _state.Stamp);
        Ready.ToLeader(_promised.Leader, new Message.Promised(_promised, _store, _log.Last, stamp, sinceAck, NewestStores()));
    }

    /// <summary>The registry as the newest barrier in the log has it, committed or not.</summary>
    private StoreRegistry NewestStores()
    {
        for (var index = _log.Last.Index; Commit < index; index = index.Previous)
        {
            var entry = _log[index];
            if (entry.Kind == EntryKind.Barrier && StoreRegistry.TryDecode(entry.Payload.Span, out var stores)) return stores;
        }

        return _state.Stores;
    }

    private void OnInspect(Message.Inspect inspect)
    {
        if (RefuseIdentity(inspect.Epoch, ClusterId.None, inspect.Configuration)) return;
        if (!IsSettled) return;
        var hearsLeader = LeaderHeard && _promised.Nonce != inspect.Epoch.Nonce;
        Ready.ToLeader(inspect.Epoch.Leader, new Message.Inspected(inspect.Epoch, _mode, _store, _cluster, hearsLeader));
    }

    private void OnNominate(Message.Nominate nominate)
    {
        if (nominate.Store != _store || _mode != StoreMode.Blank || nominate.Cluster == ClusterId.None) return;

        // Two leaders may try to found a cluster at once: the greater nomination stays, and both learn of it.
        if (_cluster.Value.CompareTo(nominate.Cluster.Value) < 0)
        {
            _cluster = nominate.Cluster;
            _settlesAt = PersistIdentity();
        }

        Hold(HeldKind.Nominated, nominate.Epoch, default);
    }

    private void OnFound(Message.Found found)
    {
        if (found.Store != _store || _cluster == ClusterId.None) return;
        if (_mode == StoreMode.Blank && (found.Proven || found.Cluster == _cluster))
        {
            _mode = StoreMode.Voter;
            _cluster = found.Cluster;
            _settlesAt = PersistIdentity();
            ReplaceState(new KeyValueState(_cluster));
            Ready.Notices.Add(new Notice.ClusterFounded(_cluster));
        }

        if (_mode == StoreMode.Voter) Hold(HeldKind.Founded, found.Epoch, default);
    }

    private long PersistIdentity() =>
        Persist(new DurableRecord { Kind = DurableRecordKind.Identity, Ticket = ++_ticket, Mode = _mode, ClusterId = _cluster });

    private void ReplaceState(KeyValueState state)
    {
        _leases.Revoke();
        _state = state;
        _localReads.State = state;
        _reads.OnEpoch();
    }

    /// <summary>True, and the leader is told, if it leads other servers than ours (rule R17).</summary>
    private bool RefuseIdentity(Epoch epoch, ClusterId cluster, ulong configuration)
    {
        var otherCluster = _mode == StoreMode.Voter && cluster != ClusterId.None && cluster != _cluster;
        if (!otherCluster && configuration == _settings.Configuration) return false;
        Ready.ToLeader(epoch.Leader, new Message.Misconfigured(epoch, _cluster, _settings.Configuration));
        _refusals.Tell(
            Ready.Notices,
            new Notice.ConfigurationRefused(epoch.Leader, _cluster, cluster, _settings.Configuration, configuration),
            _clock.Now);
        return true;
    }

    /// <summary>True, and the leader is told, if this store counts for nothing (rule R12).</summary>
    private bool AnswerBlank(Epoch epoch)
    {
        if (_rules.MayVote(_mode)) return false;
        if (IsSettled) Ready.ToLeader(epoch.Leader, new Message.Blank(epoch, _store, _cluster));
        return true;
    }

    private void Hold(HeldKind kind, Epoch epoch, LogIndex upTo)
    {
        _held.Enqueue(new HeldAnswer(_ticket, kind, epoch, upTo));
        Release();
    }

    /// <summary>
    /// Sends what the disk has caught up with. An answer whose epoch is over is dropped: the entry it was about may have been
    /// replaced at the same index since (hole H22).
    /// </summary>
    private void Release()
    {
        var acknowledge = false;
        while (_held.TryPeek(out var held) && _rules.IsDurable(held.Ticket, _persisted))
        {
            _held.Dequeue();
            switch (held.Kind)
            {
                case HeldKind.Nominated:
                    Ready.ToLeader(held.Epoch.Leader, new Message.Nominated(held.Epoch, _store, _cluster));
                    break;
                case HeldKind.Founded:
                    Ready.ToLeader(held.Epoch.Leader, new Message.Founded(held.Epoch, _store, _cluster));
                    break;
                case HeldKind.Promised when held.Epoch == _promised:
                    AnswerPromised();
                    break;
                case HeldKind.Acknowledged when held.Epoch == _promised:
                    _verified = LogIndex.Max(_verified, held.UpTo);
                    acknowledge = true;
                    break;
                default:
                    break;
            }
        }

        if (!acknowledge) return;
        Acknowledge();
        AdvanceCommit();
    }

    private readonly record struct HeldAnswer(long Ticket, HeldKind Kind, Epoch Epoch, LogIndex UpTo);
}
