using AkkaKv.Core.Commands;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>One replica, slot 2 of three, and a test that plays everybody else.</summary>
public sealed partial class ReplicaRuleTests
{
    private static readonly ReplicaId Leader = new(0);
    private static readonly ClusterId Cluster = new(new Guid("00000000-0000-0000-0000-0000000000aa"));
    private static readonly StoreId Store = new(new Guid(1, 2, 3, new byte[8]));
    private static readonly Epoch E1 = new(1, 0, 7);
    private static readonly Epoch E2 = new(2, 1, 8);

    private readonly TestClock _clock = new();
    private readonly Replica _replica;
    private long _ticket;

    public ReplicaRuleTests() => _replica = Recover([], Epoch.None, 1);

    [Fact]
    public void A_promise_is_spoken_when_the_disk_has_it_and_not_before()
    {
        Assert.Empty(Step(Prepare(E1)));
        var promised = Assert.IsType<Message.Promised>(Assert.Single(Persist()));
        Assert.Equal(E1, promised.Epoch);
        Assert.Equal(LogPosition.Start, promised.Last);
        Assert.IsType<Message.Promised>(Assert.Single(Step(Prepare(E1))));
    }

    [Fact]
    public void An_older_leader_is_refused_and_a_newer_one_is_not_obeyed_before_its_promise()
    {
        Promise(E2);
        Assert.Equal(E2, Assert.IsType<Message.Refused>(Assert.Single(Step(Prepare(E1)))).Later);
        Assert.IsType<Message.Refused>(Assert.Single(Step(Heartbeat(E1, 1))));
        Assert.Empty(Step(new Message.Replicate(new Epoch(3, 0, 1), LogPosition.Start, [Put(new Epoch(3, 0, 1), 1, "k")], LogIndex.Zero)));
    }

    [Fact]
    public void An_entry_is_acknowledged_when_the_disk_has_it_and_applied_when_it_is_committed()
    {
        Promise(E1);
        Assert.Empty(Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "k"))));
        Assert.Equal(1, Assert.IsType<Message.Acknowledged>(Assert.Single(Persist())).Match.Value);
        Assert.Equal(LogIndex.Zero, _replica.State.AppliedIndex);
        Step(new Message.Advance(E1, new LogIndex(1)));
        Assert.Equal(new LogIndex(1), _replica.State.AppliedIndex);
    }

    [Fact]
    public void The_completion_of_a_write_from_an_older_epoch_acknowledges_nothing_in_the_new_one()
    {
        Promise(E1);
        Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "k")));
        Step(Prepare(E2));
        Assert.IsType<Message.Promised>(Assert.Single(Persist()));
    }

    [Fact]
    public void A_commit_index_beyond_what_this_leader_has_checked_exposes_nothing()
    {
        Promise(E1);
        Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "stale"), Put(E1, 2, "stale")));
        Persist();
        Promise(E2);
        Step(Heartbeat(E2, 1, commit: 2));
        Assert.Equal(LogIndex.Zero, _replica.State.AppliedIndex);

        // The new leader has another entry at 1.
        Step(Replicate(E2, LogPosition.Start, 1, Put(E2, 1, "k")));
        Persist();
        Assert.Equal(new LogIndex(1), _replica.State.AppliedIndex);
        Assert.Equal(new LogPosition(E2, new LogIndex(1)), _replica.State.Applied);
        Assert.Equal(new LogIndex(1), _replica.State.LastLogIndex);
    }

    [Fact]
    public void A_gap_and_a_conflict_are_answered_with_a_place_to_try_again()
    {
        Promise(E1);
        Step(Replicate(E1, LogPosition.Start, 1, Put(E1, 1, "a"), Put(E1, 2, "b"), Put(E1, 3, "c")));
        Persist();
        var gap = Assert.IsType<Message.Diverged>(Assert.Single(Step(Replicate(E1, At(E1, 7), 0))));
        Assert.Equal(new LogIndex(3), gap.Hint);

        Promise(E2);
        var conflict = Assert.IsType<Message.Diverged>(Assert.Single(Step(Replicate(E2, At(E2, 3), 0))));
        Assert.Equal(new LogIndex(1), conflict.Hint);
    }

    [Fact]
    public void Truncating_a_committed_entry_ends_the_process()
    {
        Promise(E1);
        Step(Replicate(E1, LogPosition.Start, 1, Put(E1, 1, "a")));
        Persist();
        Assert.Equal(new LogIndex(1), _replica.State.AppliedIndex);
        Promise(E2);
        Assert.Throws<InvariantException>(() => Step(Replicate(E2, At(E2, 1), 0)));
    }

    [Fact]
    public void A_lease_counts_from_the_heartbeat_and_not_from_its_grant()
    {
        Promise(E1);
        Step(Heartbeat(E1, 1));
        Pass(300);
        Step(Heartbeat(E1, 2, grant: 1));
        Assert.True(Readable());
        Pass(90);
        Assert.True(Readable());
        Pass(10);
        Assert.False(Readable());
    }

    [Fact]
    public void A_repeated_heartbeat_moves_no_lease()
    {
        Promise(E1);
        Step(Heartbeat(E1, 1));
        Pass(450);
        Step(Heartbeat(E1, 1));
        Step(Heartbeat(E1, 2, grant: 1));
        Assert.False(Readable());
    }

    [Fact]
    public void A_repeated_heartbeat_after_a_revoke_brings_no_lease_back()
    {
        Promise(E1);
        Step(Heartbeat(E1, 1));
        Step(Heartbeat(E1, 2, grant: 1));
        Assert.True(Readable());
        Assert.IsType<Message.Revoked>(Assert.Single(Step(new Message.Revoke(E1, 1))));
        Assert.False(Readable());
        Step(Heartbeat(E1, 1));
        Step(Heartbeat(E1, 3, grant: 1));
        Assert.False(Readable());
        Step(Heartbeat(E1, 4, grant: 3));
        Assert.True(Readable());
    }

    [Fact]
    public void A_grant_to_an_earlier_run_is_none_even_if_its_heartbeat_is_repeated()
    {
        var replica = Recover([], E1, incarnation: 2);
        replica.Step(Leader, Heartbeat(E1, 1));
        replica.Step(Leader, Heartbeat(E1, 2, grant: 1, incarnation: 1));
        Assert.False(replica.Reads.TryGet("k"u8, static _ => { }));
        replica.Step(Leader, Heartbeat(E1, 3, grant: 2, incarnation: 2));
        Assert.True(replica.Reads.TryGet("k"u8, static _ => { }));
    }

    [Fact]
    public void A_promise_ends_the_lease_of_the_older_epoch_at_once()
    {
        Promise(E1);
        Step(Heartbeat(E1, 1));
        Step(Heartbeat(E1, 2, grant: 1));
        Assert.True(Readable());
        Step(Prepare(E2));
        Assert.False(Readable());
    }

    [Fact]
    public void A_promise_tells_how_long_ago_a_heartbeat_was_acknowledged_and_after_a_restart_since_the_start()
    {
        Promise(E1);
        Step(Heartbeat(E1, 1));
        Pass(70);
        Step(Prepare(E2));
        Assert.Equal(TimeSpan.FromMilliseconds(70), Assert.IsType<Message.Promised>(Assert.Single(Persist())).SinceAck);

        var restarted = Recover([], E2, 2);
        Pass(30);
        restarted.Step(Leader, Prepare(E2));
        var promised = Assert.IsType<Message.Promised>(Assert.Single(restarted.Ready.Send).Message);
        Assert.Equal(TimeSpan.FromMilliseconds(30), promised.SinceAck);
    }

    [Fact]
    public void A_read_waits_for_an_entry_on_its_key_and_for_no_other()
    {
        Promise(E1);
        Step(Heartbeat(E1, 1));
        Step(Heartbeat(E1, 2, grant: 1));
        Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "k")));
        Persist();
        Assert.False(Readable());
        Assert.True(_replica.Reads.TryGet("other"u8, static _ => { }));

        var read = new TestRead("k");
        _replica.Read(new ClientRead(ReadScope.Key, "k"u8.ToArray(), read));
        Assert.Null(read.Value);

        // Parked, it is answered by the commit alone, lease or not.
        Pass(1000);
        Step(new Message.Advance(E1, new LogIndex(1)));
        Assert.Equal("v", read.Value);
    }

    /// <summary>The leader may have kept it until its barrier was committed, and the server started anew in the meantime.</summary>
    [Fact]
    public void An_answer_to_a_question_of_an_earlier_run_answers_no_read()
    {
        var (_, _, earlier) = Ask(Recover([], E1, incarnation: 1, nonce: 1_000));
        var (replica, read, question) = Ask(Recover([], E1, incarnation: 2, nonce: 2_000));
        replica.Step(Leader, new Message.ReadIndexed(E1, earlier, LogIndex.Zero));
        Assert.Null(read.Value);
        replica.Step(Leader, new Message.ReadIndexed(E1, question, LogIndex.Zero));
        Assert.NotNull(read.Value);
    }

    [Fact]
    public void A_blank_store_counts_for_nothing()
    {
        var blank = new Replica(
            Settings(),
            new RecoveredReplica
            {
                Mode = StoreMode.Blank,
                StoreId = new StoreId(Guid.Empty),
                Incarnation = 1,
                ClusterId = ClusterId.None,
                Promised = Epoch.None,
                State = new KeyValueState(ClusterId.None),
                Snapshot = LogPosition.Start,
                Entries = [],
            },
            1,
            _clock);
        foreach (Message message in (Message[])[Prepare(E1), Heartbeat(E1, 1), Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "k"))])
        {
            blank.Ready.Clear();
            blank.Step(Leader, message);
            Assert.IsType<Message.Blank>(Assert.Single(blank.Ready.Send).Message);
            Assert.Empty(blank.Ready.Persist);
        }
    }

    [Fact]
    public void Messages_that_no_leader_sends_are_ignored()
    {
        Promise(E1);
        Assert.Empty(Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 2, "k"))));
        Assert.Empty(Step(Replicate(E1, LogPosition.Start, 0, Put(E2, 1, "k"))));
        Assert.Empty(Step(Replicate(E1, At(E1, 0), 0, Put(E1, 1, "k"), Put(E1, 3, "k"))));
        Assert.Equal(LogIndex.Zero, _replica.State.LastLogIndex);
    }

    [Fact]
    public void Every_message_is_for_a_replica_or_for_a_leader()
    {
        var unhandled = new List<string>();
        var types = typeof(Message).GetNestedTypes().Where(static type => type.IsSubclassOf(typeof(Message)));
        foreach (var type in types)
        {
            var message = (Message)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            var leader = new LeaderInstance(Settings(), 1, Cluster, _clock);
            leader.Tick();
            var forReplica = Takes(() => Recover([], E1, 1).Step(Leader, message));
            var forLeader = Takes(() => leader.Step(Leader, message with { Epoch = leader.Epoch }));
            if (forReplica == forLeader) unhandled.Add(type.Name);
        }

        Assert.Empty(unhandled);
    }

    private static bool Takes(Action step)
    {
        try
        {
            step();
            return true;
        }
        catch (System.Diagnostics.UnreachableException)
        {
            return false;
        }
        catch (NullReferenceException)
        {
            return true; // It was taken; there is nothing in it.
        }
    }

    private static ReplicationSettings Settings() => new() { Self = new ReplicaId(2), ReplicaCount = 3, Configuration = 42 };

    private Replica Recover(
        IReadOnlyList<Entry> entries,
        Epoch promised,
        long incarnation,
        long nonce = 1,
        int messageBytes = Limits.MessageBytesTarget) => new(
        Settings() with { MessageBytes = messageBytes },
        new RecoveredReplica
        {
            Mode = StoreMode.Voter,
            StoreId = Store,
            Incarnation = incarnation,
            ClusterId = Cluster,
            Promised = promised,
            State = new KeyValueState(Cluster),
            Snapshot = LogPosition.Start,
            Entries = entries,
        },
        nonce,
        _clock);

    private static (Replica Replica, TestRead Read, long Question) Ask(Replica replica)
    {
        var read = new TestRead("k");
        replica.Step(Leader, Heartbeat(E1, 1));
        replica.Read(new ClientRead(ReadScope.Key, "k"u8.ToArray(), read));
        replica.Flush();
        return (replica, read, replica.Ready.Send.Select(static mail => mail.Message).OfType<Message.ReadIndex>().Single().Id);
    }

    private List<Message> Step(Message message)
    {
        _replica.Step(Leader, message);
        return Take();
    }

    private List<Message> Persist()
    {
        _replica.OnPersisted(_ticket);
        return Take();
    }

    private List<Message> Take()
    {
        var messages = _replica.Ready.Send.Select(static mail => mail.Message).ToList();
        if (_replica.Ready.Persist.Count > 0) _ticket = _replica.Ready.Persist[^1].Ticket;
        _replica.Ready.Clear();
        return messages;
    }

    private void Promise(Epoch epoch)
    {
        Step(Prepare(epoch));
        Persist();
    }

    private void Pass(int milliseconds) => _clock.Now += TimeSpan.FromMilliseconds(milliseconds);

    private bool Readable() => _replica.Reads.TryGet("k"u8, static _ => { });

    private static LogPosition At(Epoch epoch, long index) => new(epoch, new LogIndex(index));

    private static PeerStatus Of(byte slot, long match) => new(new ReplicaId(slot), new LogIndex(match), false, true);

    private static Message.Prepare Prepare(Epoch epoch) => new(epoch, Cluster, 42);

    private static Message.Replicate Replicate(Epoch epoch, LogPosition previous, long commit, params Entry[] entries) =>
        new(epoch, previous, [.. entries], new LogIndex(commit));

    private static Message.Heartbeat Heartbeat(Epoch epoch, ulong sequence, long commit = 0, ulong grant = 0, long incarnation = 1) =>
        new(epoch, sequence, new LogIndex(commit), new LeaseGrant(grant, incarnation), Cluster, 42, false, []);

    private static Entry Put(Epoch epoch, long index, string key)
    {
        var commands = new CommandWriter();
        commands.Set(TestCluster.Bytes(key), "v"u8);
        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        RequestCodec.Write(payload, 1, index, 0, 1, commands.Written);

        // A session for the request: opened in front of it.
        var open = new CommandWriter();
        open.OpenSession(new ReplicaId(1), 99);
        var all = new System.Buffers.ArrayBufferWriter<byte>();
        RequestCodec.Write(all, 0, 1, 0, 1, open.Written);
        System.Buffers.BuffersExtensions.Write(all, payload.WrittenSpan);
        return new Entry(new LogPosition(epoch, new LogIndex(index)), 1, EntryKind.Requests, all.WrittenMemory);
    }
}
