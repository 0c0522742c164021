using System.Collections.Immutable;

namespace AkkaKv.Core.Replication;

/// <content>What a leader orders within its epoch: entries (R4), commits, heartbeats and leases (R6, R10, R16), reads of the log.</content>
public sealed partial class Replica
{
    /// <summary>
    /// The leader has the tail from which followers are served. A replica is asked for entries only when that does not reach back far
    /// enough, first of all when a leader is new and followers lack what was under way: an eighth is plenty.
    /// </summary>
    private const int TailShare = 8;

    /// <summary>The log agrees with this epoch's leader up to here: on disk.</summary>
    private LogIndex _verified;

    /// <summary>The same in memory.</summary>
    private LogIndex _received;

    /// <summary>The highest commit index that this epoch's leader told.</summary>
    private LogIndex _announced;

    /// <summary>This epoch's leader has committed its barrier, and so commits what clients write.</summary>
    private bool _isOpen;

    private readonly CatchUpPace _pace = new();
    private Epoch _heardEpoch;
    private Instant _heardAt;
    private bool _clusterDiskFull;
    private ImmutableArray<PeerStatus> _peers = [];

    /// <summary>A majority answers this epoch's leader: heartbeats say so, and before the first it has just had their promises.</summary>
    private bool _leaderIsFollowed = true;

    private readonly SortedDictionary<long, Message.Fetch> _fetches = [];
    private long _fetchTicket;

    /// <summary>Entries were read from disk, see <see cref="Effect.ReadLog"/>.</summary>
    /// <param name="ticket">Of the effect.</param>
    /// <param name="previous">The position before the first entry; any when there is none.</param>
    /// <param name="entries">Dense; empty when the log does not reach back so far.</param>
    public void OnLogRead(long ticket, LogPosition previous, ImmutableArray<Entry> entries)
    {
        if (!_fetches.Remove(ticket, out var fetch) || fetch.Epoch != _promised) return;
        if (entries.IsEmpty || previous.Index != fetch.After) AnswerMissed(fetch);
        else AnswerFetch(fetch, previous, entries);
    }

    private void OnReplicate(Message.Replicate replicate)
    {
        if (!Obeys(replicate) || !IsWellFormed(replicate)) return;
        Hear(replicate.Epoch);
        var last = replicate.Previous.Index + replicate.Entries.Length;
        if (_diskFull && _log.Last.Index < last) return;
        if (!Matches(replicate.Previous))
        {
            var hint = HintFor(replicate.Previous);
            Ready.ToLeader(replicate.Epoch.Leader, new Message.Diverged(replicate.Epoch, replicate.Previous.Index, hint));
            return;
        }

        foreach (var entry in replicate.Entries) Append(entry);
        Verify(LogIndex.Max(last, Commit));
        Learn(replicate.Commit);
        AdvanceCommit();
    }

    /// <summary>
    /// What is committed is in the log of every later leader, so this leader's agrees with ours there, known or not.
    /// </summary>
    private bool Matches(LogPosition previous)
    {
        if (_log.KnowsPosition(previous.Index))
        {
            var matches = _log.PositionOf(previous.Index) == previous;
            Invariant.Holds(matches || Commit < previous.Index);
            return matches;
        }

        return previous.Index <= Commit;
    }

    /// <summary>Skips the whole epoch of the entry that does not match: it has the same author, so none of it is likely to.</summary>
    private LogIndex HintFor(LogPosition previous)
    {
        if (_log.Last.Index < previous.Index) return _log.Last.Index;
        var index = previous.Index;
        var epoch = _log.PositionOf(index).Epoch;
        while (Commit < index && _log.PositionOf(index).Epoch == epoch) index = index.Previous;
        return index;
    }

    private void Append(Entry entry)
    {
        if (entry.Index <= Commit) return;
        if (entry.Index <= _log.Last.Index)
        {
            if (_log.PositionOf(entry.Index) == entry.Position) return;
            Truncate(entry.Index);
        }

        _log.Append(entry);
        _state.MarkPending(entry);
        Persist(new DurableRecord { Kind = DurableRecordKind.Append, Ticket = ++_ticket, Entry = entry });
    }

    private void Truncate(LogIndex from)
    {
        Invariant.Holds(Commit < from);
        Invariant.Holds(_received < from);
        Ready.Notices.Add(new Notice.LogTruncated(from, _log.Last.Index));
        _log.TruncateFrom(from);
        _state.TruncateAfter(from.Previous);
        Persist(new DurableRecord { Kind = DurableRecordKind.Truncate, Ticket = ++_ticket, From = from });
    }

    /// <summary>The log agrees with the leader up to here; it may be said when everything that was written so far is durable.</summary>
    private void Verify(LogIndex upTo)
    {
        _received = LogIndex.Max(_received, upTo);
        if (_settings.CountReceived && IsSettled && !_rules.IsDurable(_ticket, _persisted)) Acknowledge();
        Hold(HeldKind.Acknowledged, _promised, upTo);
    }

    private void Acknowledge() =>
        Ready.ToLeader(_promised.Leader, new Message.Acknowledged(_promised, _verified, _received, _incarnation));

    private void Learn(LogIndex commit)
    {
        _announced = LogIndex.Max(_announced, commit);
        _isOpen |= commit > LogIndex.Zero; // Before its barrier, a leader has committed nothing.
    }

    private void OnAdvance(Message.Advance advance)
    {
        if (!Obeys(advance)) return;
        Learn(advance.Commit);
        AdvanceCommit();
    }

    /// <summary>
    /// Applies what is committed, as much of it as one message may bring. A replica that starts may have seconds of work before it, and
    /// must not be silent so long: its lease would be lost, and the leader's with it. <see cref="Flush"/> goes on, after a rest if others
    /// have to answer clients and this one, without a lease, has not.
    /// </summary>
    private void AdvanceCommit()
    {
        var (commit, before) = (Committed, Commit);
        if (commit <= before) return;
        var isFarBehind = _settings.IsFarBehind(_log, before);
        if (!isFarBehind) _pace.Reset();
        else if (IsResting) return;
        else _pace.Begin(_clock.Now, before, _announced);

        var bytesMax = _settings.BytesAtOnce(_pace);
        long bytes = 0;
        for (var index = Commit.Next; index <= commit && bytes < bytesMax; index = index.Next)
        {
            var entry = _log[index];
            _state.Apply(entry, _forwarder);
            bytes += entry.EncodedLength;
        }

        _log.Trim(Commit, _settings.LogTailBytes / TailShare);
        if (isFarBehind) _pace.Done(_clock.Now, Commit, _announced);
        _reads.OnApplied(_state);
    }

    private void OnHeartbeat(Message.Heartbeat heartbeat)
    {
        if (RefuseIdentity(heartbeat.Epoch, heartbeat.Cluster, heartbeat.Configuration)) return;
        CheckStoreWentNotBack(heartbeat);
        if (!Obeys(heartbeat)) return;
        var now = _clock.Now;
        Learn(heartbeat.Commit);
        if (_leases.Observe(heartbeat.Sequence, now))
        {
            _lastAck = now;
            _clusterDiskFull = heartbeat.DiskFull;
            _peers = heartbeat.Peers;
            _leaderIsFollowed = _peers.Count(static peer => peer.Reachable) >= _settings.Majority;
            Hear(heartbeat.Epoch);
            AdvanceCommit();
            if (_settings.Reads == ReadMode.Lease) _leases.Accept(heartbeat.Grant, now);
            Ready.ToLeader(_promised.Leader, new Message.HeartbeatAcknowledged(
                _promised, heartbeat.Sequence, _verified, _received, _incarnation, _diskFull));
            if (_statusDue <= now) Publish(now);
        }
        else
        {
            AdvanceCommit();
        }
    }

    /// <summary>
    /// R12, hole H33: heartbeats go to whoever has promised their epoch, and say how far this store's disk has gone along with its leader.
    /// Both were synced before the leader learned of them, and within an epoch nothing acknowledged is ever truncated; a disk that lost it
    /// otherwise is blank, and becomes a voter only in a later epoch. So a voter that does not have it holds an older copy of its own
    /// files.
    /// </summary>
    private void CheckStoreWentNotBack(Message.Heartbeat heartbeat)
    {
        if (_mode != StoreMode.Voter || heartbeat.Epoch < _promised) return;
        if (_promised < heartbeat.Epoch)
        {
            throw new StoreWentBackException(
                $"The store {_store} promised {heartbeat.Epoch} to its leader, and now knows of no promise after {_promised}: "
                + "an older copy of its files was put back");
        }

        foreach (var peer in heartbeat.Peers)
        {
            if (peer.Id != _settings.Self) continue;
            if (peer.Match <= _log.Last.Index) continue;
            throw new StoreWentBackException(
                $"The store {_store} acknowledged entries up to {peer.Match} to the leader of {heartbeat.Epoch}, and now its log ends at "
                + $"{_log.Last}: an older copy of its files was put back");
        }
    }

    private void OnRevoke(Message.Revoke revoke)
    {
        if (!Obeys(revoke)) return;
        _leases.Revoke();
        Ready.ToLeader(_promised.Leader, new Message.Revoked(_promised, revoke.Revocation));
    }

    private void OnStandDown(Message.StandDown standDown)
    {
        if (!Obeys(standDown)) return;
        _leases.Bar();
        _heardEpoch = Epoch.None;
    }

    private void OnReadIndexed(Message.ReadIndexed indexed)
    {
        if (Obeys(indexed)) _reads.OnReadIndexed(indexed.Id, indexed.Index, _state, _clock.Now);
    }

    private void OnFetch(Message.Fetch fetch)
    {
        if (!Obeys(fetch)) return;
        var bytesMax = Math.Min(fetch.BytesMax, _settings.MessageBytes);
        if (_log.Base.Index <= fetch.After && fetch.After < _log.Last.Index)
        {
            AnswerFetch(fetch, _log.PositionOf(fetch.After), _log.Read(fetch.After, bytesMax));
        }
        else if (fetch.After < _snapshot)
        {
            AnswerMissed(fetch);
        }
        else if (fetch.After < _log.Last.Index)
        {
            _fetches.Add(++_fetchTicket, fetch);
            Ready.Effects.Add(new Effect.ReadLog(_fetchTicket, fetch.After, bytesMax));
        }
    }

    private void AnswerFetch(Message.Fetch fetch, LogPosition previous, ImmutableArray<Entry> entries)
    {
        var known = (int)Math.Clamp(fetch.UpTo - fetch.After, 0, entries.Length);
        Ready.ToLeader(fetch.Epoch.Leader, new Message.Fetched(fetch.Epoch, fetch.For, previous, entries[..known]));
    }

    private void AnswerMissed(Message.Fetch fetch) =>
        Ready.ToLeader(fetch.Epoch.Leader, new Message.FetchMissed(fetch.Epoch, fetch.For, fetch.After));

    /// <summary>
    /// R4: a leader is obeyed if its epoch is the promised one, exactly: a later one must be promised first, an earlier one is told that
    /// it is over.
    /// </summary>
    private bool Obeys(Message message)
    {
        if (AnswerBlank(message.Epoch)) return false;
        if (message.Epoch == _promised) return IsSettled;
        if (message.Epoch < _promised) Ready.ToLeader(message.Epoch.Leader, new Message.Refused(message.Epoch, _promised));
        return false;
    }

    private void Hear(Epoch epoch)
    {
        _heardEpoch = epoch;
        _heardAt = _clock.Now;
    }

    /// <summary>The peer chose these bytes: indexes are dense and epochs do not go back, nor beyond the leader's.</summary>
    private static bool IsWellFormed(Message.Replicate replicate)
    {
        var previous = replicate.Previous;
        foreach (var entry in replicate.Entries)
        {
            if (entry.Index != previous.Index.Next || entry.Epoch < previous.Epoch || replicate.Epoch < entry.Epoch) return false;
            previous = entry.Position;
        }

        return true;
    }
}
