namespace AkkaKv.Core.Replication;

/// <content>How every replica gets the entries it lacks.</content>
internal sealed partial class Reign
{
    public void OnAcknowledged(ReplicaId from, Message.Acknowledged acknowledged)
    {
        var progress = _progress[from.Slot];
        if (!progress.HasPromised) return;
        Learn(progress, acknowledged.Match, acknowledged.Received, acknowledged.Incarnation);

        // It answered, so its log agrees as far as was sent: go on without waiting.
        if (progress.Mode != ProgressMode.Stream) Resume(progress, acknowledged.Received);
        Pump(progress, _clock.Now);
    }

    public void OnDiverged(ReplicaId from, Message.Diverged diverged)
    {
        var progress = _progress[from.Slot];
        if (!progress.HasPromised || progress.Mode == ProgressMode.Snapshot || diverged.Previous <= progress.Match) return;
        if (progress.Mode == ProgressMode.Probe && progress.Probing != diverged.Previous) return; // Of an earlier try.
        var agree = LogIndex.Max(progress.Match, LogIndex.Min(diverged.Hint, diverged.Previous.Previous));
        progress.Rewind(LogIndex.Min(agree, _log.Last.Index).Next);
        progress.MovedAt = _clock.Now;
        Pump(progress, _clock.Now);
    }

    public void OnFetched(Message.Fetched fetched)
    {
        if (fetched.For.Slot >= _progress.Length) return;
        var progress = _progress[fetched.For.Slot];
        if (!progress.Fetching || fetched.Previous.Index.Next != progress.Next) return;
        if (fetched.Entries.IsEmpty || fetched.Entries[^1].Index > _log.Last.Index) return;
        progress.Fetching = false;
        Send(progress, new Message.Replicate(_epoch, fetched.Previous, fetched.Entries, _commit), _clock.Now);
        Pump(progress, _clock.Now);
    }

    public void OnFetchMissed(Message.FetchMissed missed)
    {
        if (missed.For.Slot >= _progress.Length) return;
        var progress = _progress[missed.For.Slot];
        if (!progress.Fetching || missed.After.Next != progress.Next) return;
        progress.Fetching = false;
        OrderSnapshot(progress, StoreId.None, _clock.Now);
    }

    /// <summary>Whatever was lost on the way is sent again.</summary>
    private void Repeat(Instant now)
    {
        foreach (var progress in _progress)
        {
            if (progress.MovedAt + _settings.RetryAfter(progress.BytesInFlight, progress.Retries) > now) continue;
            if (progress.Mode == ProgressMode.Snapshot && (progress.HasPromised || MaySeed(progress)))
            {
                OrderSnapshot(progress, progress.HasPromised ? StoreId.None : progress.Store, now);
            }
            else if (progress.HasPromised && IsAlive(progress, now))
            {
                progress.Retries++;
                if (progress.Probing is { } probed) progress.Rewind(probed.Next);
                else if (progress.Fetching) progress.Rewind(progress.Next);
                else if (progress.Match.Next < progress.Next) progress.Rewind(progress.Match.Next);
                progress.MovedAt = now;
            }
        }
    }

    private void Learn(Progress progress, LogIndex match, LogIndex received, long incarnation)
    {
        Invariant.Holds(match <= _log.Last.Index);
        progress.Received = _rules.Received(progress.Received, progress.Incarnation, received, incarnation);
        if (incarnation > progress.Incarnation)
        {
            // A new run has its log still to be compared with ours: it takes no commit before.
            if (progress.Incarnation != 0) progress.Rewind(_log.Last.Index.Next);
            progress.Incarnation = incarnation;
        }

        if (match > progress.Match)
        {
            progress.Match = match;
            progress.MovedAt = _clock.Now;
            progress.Retries = 0;
            progress.Transfer = 0;
        }

        var answered = LogIndex.Max(progress.Match, progress.Received);
        progress.Answered(answered);
        if (progress.PieceEnd <= answered)
        {
            progress.Pace.Done(_clock.Now, answered, _log.Last.Index);
            progress.PieceEnd = null;
        }

        if (progress.Next <= progress.Match) progress.Next = progress.Match.Next;
        if (!IsAdopted && progress == Own && _log.Base.Index <= Own.Match) BeginWriting(_clock.Now);
    }

    private void Resume(Progress progress, LogIndex agrees)
    {
        if (progress.Mode == ProgressMode.Snapshot)
        {
            progress.Rewind(LogIndex.Max(progress.Match, LogIndex.Min(agrees, _log.Last.Index)).Next);
            return;
        }

        if (progress.Probing is not { } probed || agrees < probed) return; // An answer to something older.
        progress.Probing = null;
        progress.Mode = ProgressMode.Stream;
    }

    /// <summary>Sends what the replica lacks, as far as it may be under way.</summary>
    private void Pump(Progress progress, Instant now)
    {
        if (!progress.HasPromised || (!IsAdopted && progress != Own)) return;
        while (progress.Mode != ProgressMode.Snapshot && progress.Probing is null && !progress.Fetching)
        {
            var isProbe = progress.Mode == ProgressMode.Probe;
            if (progress.Next > _log.Last.Index && !isProbe) return;
            if (progress.MessagesInFlight >= MessagesInFlightMax || progress.BytesInFlight >= Limits.EntryBytesInFlightMax) return;
            var after = progress.Next.Previous;
            if (!MayGoOn(progress, after, now)) return;
            if (_log.KnowsPosition(after)) Send(progress, MessageAfter(after, progress), now);
            else Fetch(progress, after, now);
        }
    }

    /// <summary>Not while one that lacks much has a piece to take in, or rests.</summary>
    private bool MayGoOn(Progress progress, LogIndex after, Instant now)
    {
        if (!_settings.IsFarBehind(_log, after))
        {
            progress.Pace.Reset();
            progress.PieceEnd = null;
            return true;
        }

        if (progress.Pace.Rests(now) || (progress.Pace.Share > 1 && progress.MessagesInFlight > 0)) return false;
        if (progress.PieceEnd is not null) return true;
        progress.Pace.Begin(now, after, _log.Last.Index);
        return true;
    }

    /// <summary>Replicas that are equally far get the same object, which is encoded once.</summary>
    private Message.Replicate MessageAfter(LogIndex after, Progress progress)
    {
        var fits = _newest is { } newest && newest.Previous.Index == after && newest.Commit == _commit
            && after + newest.Entries.Length == _log.Last.Index;
        if (!fits)
        {
            var entries = _log.Read(after, _settings.BytesAtOnce(progress.Pace));
            _newest = new Message.Replicate(_epoch, _log.PositionOf(after), entries, _commit);
        }

        return _newest!;
    }

    private void Send(Progress progress, Message.Replicate message, Instant now)
    {
        if (progress.MessagesInFlight == 0) progress.MovedAt = now;
        if (progress.Mode == ProgressMode.Probe) progress.Probing = message.Previous.Index;
        if (!message.Entries.IsEmpty)
        {
            progress.Sent(message.Entries[^1].Index, message.Entries.Sum(static entry => entry.EncodedLength));
            if (progress.Pace.IsUnderWay) progress.PieceEnd ??= message.Entries[^1].Index;
        }

        progress.SentCommit = LogIndex.Max(progress.SentCommit, message.Commit);
        _ready.ToReplica(progress.Id, message);
    }

    private void Fetch(Progress progress, LogIndex after, Instant now)
    {
        progress.Fetching = true;
        progress.MovedAt = now;
        var source = SourceFor(progress);
        var bytes = _settings.BytesAtOnce(progress.Pace);
        _ready.ToReplica(source, new Message.Fetch(_epoch, progress.Id, after, KnownUpTo(source), bytes));
    }

    /// <summary>
    /// Up to where a replica's log is this leader's. That of the best does not change before adoption, the own one follows word for word;
    /// any other may end in entries of older epochs, even at indexes that this epoch has filled anew.
    /// </summary>
    private LogIndex KnownUpTo(ReplicaId source) =>
        source == _best || source == _settings.Self ? _log.Last.Index : _progress[source.Slot].Match;

    private void OrderSnapshot(Progress progress, StoreId seed, Instant now)
    {
        progress.Mode = ProgressMode.Snapshot;
        progress.MovedAt = now;
        var source = SourceFor(progress);
        if (progress.Transfer == 0)
        {
            progress.Transfer = ++_transfers;
            _ready.Notices.Add(new Notice.SnapshotOrdered(progress.Id, source));
        }

        _ready.ToReplica(source, new Message.SendSnapshot(_epoch, progress.Id, progress.Transfer, seed));
    }

    /// <summary>Who has the log: until adoption the best, then the own replica, unless it is the one that lags.</summary>
    private ReplicaId SourceFor(Progress progress)
    {
        if (_best != progress.Id && (!IsAdopted || _log.Base.Index <= Own.Match)) return _best;
        var source = Own;
        foreach (var other in _progress)
        {
            if (other != progress && (source == progress || other.Match > source.Match)) source = other;
        }

        return source.Id;
    }
}
