using AkkaKv.Core.Commands;
using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

public sealed class ClusterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Blank_servers_become_one_cluster_and_keep_what_is_written(int servers)
    {
        var cluster = TestCluster.Running(servers);
        var reply = cluster.Put(servers - 1, "color", "blue");
        cluster.Run(100);

        Assert.Equal(ReplyStatus.Committed, reply.Status);
        foreach (var server in cluster.Servers)
        {
            Assert.Equal(StoreMode.Voter, server.Store.Mode);
            Assert.Equal("blue", cluster.LocalGet(server.Id.Slot, "color"));
        }
    }

    [Fact]
    public void Nobody_founds_a_cluster_while_a_server_was_not_heard_from()
    {
        var cluster = new TestCluster();
        cluster.Servers[0].Start();
        cluster.Servers[1].Start();
        cluster.Servers[0].Lead();
        cluster.Run(3000);
        Assert.All(cluster.Servers, static server => Assert.Equal(StoreMode.Blank, server.Store.Mode));

        cluster.Servers[2].Start();
        cluster.Run(1000);
        Assert.Equal(LeaderPhase.Leading, cluster.Servers[0].Leader!.Phase);
    }

    [Fact]
    public void Genesis_that_stops_halfway_is_finished_by_another_leader()
    {
        var cluster = new TestCluster();
        foreach (var server in cluster.Servers) server.Start();
        cluster.Loses = static (_, mail) => mail.Message is Message.Found && mail.To.Slot != 0;
        cluster.Servers[0].Lead();
        cluster.Run(50);
        Assert.Equal(StoreMode.Voter, cluster.Servers[0].Store.Mode);
        Assert.Equal(StoreMode.Blank, cluster.Servers[1].Store.Mode);

        cluster.Servers[0].Kill();
        cluster.Servers[0].Start();
        cluster.Heal();
        cluster.Servers[1].Lead();
        cluster.Run(1000);
        Assert.Equal(LeaderPhase.Leading, cluster.Servers[1].Leader!.Phase);
        Assert.All(cluster.Servers, static server => Assert.Equal(StoreMode.Voter, server.Store.Mode));
    }

    [Fact]
    public void A_new_leader_has_every_write_that_was_answered_and_a_waiting_one_takes_effect_once()
    {
        var cluster = TestCluster.Running();
        var before = cluster.Submit(1, static writer => writer.IncrementBy("n"u8, 1));
        cluster.Run(100);
        Assert.Equal(1, before.Integer);

        cluster.Servers[0].Kill();
        var during = cluster.Submit(1, static writer => writer.IncrementBy("n"u8, 1));
        cluster.Run(50);
        Assert.Null(during.Status);
        cluster.Servers[1].Lead();
        cluster.Run(700);

        Assert.Equal(2, during.Integer);
        var after = cluster.Get(2, "n");
        cluster.Run(100);
        Assert.Equal("2", after.Value);
    }

    [Fact]
    public void An_outcome_that_a_dead_leader_took_with_it_is_told_by_the_next_and_counted_once()
    {
        var cluster = TestCluster.Running();
        var first = cluster.Submit(1, static writer => writer.IncrementBy("n"u8, 1));
        cluster.Run(50);
        Assert.Equal(1, first.Integer);

        // Everybody has the entry; nobody hears that it is committed.
        cluster.Loses = static (_, mail) => mail.Message is Message.Acknowledged or Message.HeartbeatAcknowledged;
        var second = cluster.Submit(1, static writer => writer.IncrementBy("n"u8, 1));
        cluster.Run(10);
        Assert.Null(second.Status);
        cluster.Servers[0].Kill();
        cluster.Heal();
        cluster.Servers[2].Lead();
        cluster.Run(1000);
        Assert.Equal(2, second.Integer);

        var third = cluster.Submit(2, static writer => writer.IncrementBy("n"u8, 1));
        cluster.Run(100);
        Assert.Equal(3, third.Integer);
    }

    [Fact]
    public void A_leader_waits_out_leases_of_the_dead_but_not_of_those_who_promised()
    {
        var cluster = TestCluster.Running();
        cluster.Run(500);
        cluster.Servers[0].Kill();
        cluster.Servers[1].Lead();
        var reply = cluster.Put(1, "k", "v");
        cluster.Run(300);
        Assert.Null(reply.Status);
        cluster.Run(400);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
    }

    [Fact]
    public void A_deposed_leader_leaves_the_cluster_alone_while_there_is_another_and_returns_when_there_is_none()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[1].Lead();
        cluster.Run(5000);
        Assert.Equal(LeaderPhase.Leading, cluster.Servers[1].Leader!.Phase);
        Assert.NotEqual(LeaderPhase.Leading, cluster.Servers[0].Leader!.Phase);

        cluster.Servers[1].Kill();
        cluster.Run(5000);
        Assert.Equal(LeaderPhase.Leading, cluster.Servers[0].Leader!.Phase);
    }

    [Fact]
    public void A_follower_that_vanishes_holds_up_writes_for_no_longer_than_its_lease()
    {
        var cluster = TestCluster.Running();
        cluster.Isolate(2);
        var reply = cluster.Put(1, "k", "v");
        cluster.Run(200);
        Assert.Null(reply.Status);
        Assert.Equal("(none)", cluster.LocalGet(2, "k"));
        cluster.Run(400);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
        Assert.Null(cluster.LocalGet(2, "k"));

        cluster.Heal();
        cluster.Run(3000);
        Assert.Equal("v", cluster.LocalGet(2, "k"));
    }

    [Fact]
    public void A_slow_disk_loses_its_lease_and_then_holds_up_nobody()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[2].DiskHangs = true;
        var reply = cluster.Put(1, "k", "v");
        cluster.Run(40);
        Assert.Null(reply.Status);
        cluster.Run(40);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
        Assert.Null(cluster.LocalGet(2, "k"));
        Assert.Contains(cluster.Servers[0].Notices, static notice => notice is Notice.HolderSuspended { Replica.Slot: 2 });

        cluster.Servers[2].DiskHangs = false;
        cluster.Run(4000);
        Assert.Equal("v", cluster.LocalGet(2, "k"));
    }

    [Fact]
    public void With_received_entries_counted_a_slow_disk_delays_nobody()
    {
        var cluster = TestCluster.Running(configure: static settings => settings with { CountReceived = true });
        cluster.Servers[2].DiskHangs = true;
        var reply = cluster.Put(1, "k", "v");
        cluster.Run(5);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
        Assert.Equal("v", cluster.LocalGet(2, "k"));
    }

    [Fact]
    public void Killing_all_servers_at_once_loses_nothing_that_was_answered()
    {
        var cluster = TestCluster.Running();
        var reply = cluster.Put(2, "k", "v");
        cluster.Run(100);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
        foreach (var server in cluster.Servers) server.Kill();
        foreach (var server in cluster.Servers) server.Start();
        cluster.Servers[2].Lead();
        cluster.Run(1000);
        for (var slot = 0; slot < 3; slot++) Assert.Equal("v", cluster.LocalGet(slot, "k"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_missed_entries_catches_up_from_the_log_or_from_a_snapshot(bool snapshot)
    {
        var cluster = TestCluster.Running();
        cluster.Servers[2].Kill();
        for (var i = 0; i < 20; i++) cluster.Put(1, $"k{i}", new string('x', 10_000));
        cluster.Run(1000);
        if (snapshot)
        {
            // A new leader has no old entries in memory, and with snapshots taken nobody has them at all.
            foreach (var slot in (int[])[0, 1])
            {
                cluster.Servers[slot].TakeSnapshot();
                cluster.Servers[slot].Kill();
                cluster.Servers[slot].Start();
            }
        }

        cluster.Servers[1].Lead();
        cluster.Run(1000);
        cluster.Servers[2].Start();
        cluster.Run(2000);
        Assert.Equal(snapshot, cluster.Servers[2].Notices.Exists(static notice => notice is Notice.SnapshotInstalled));
        Assert.Equal(new string('x', 10_000), cluster.LocalGet(2, "k19"));

        var reply = cluster.Put(2, "own", "v");
        cluster.Run(300);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
    }

    [Fact]
    public void A_lost_disk_is_filled_in_a_new_epoch_and_votes_only_then()
    {
        var cluster = TestCluster.Running();
        cluster.Put(1, "k", "v");
        cluster.Run(100);
        cluster.Servers[2].Kill();
        cluster.Servers[2].Store.Wipe(cluster.NewStore());
        cluster.Run(1000);
        var epoch = cluster.Servers[0].Leader!.Epoch;
        cluster.Servers[2].Start();
        cluster.Run(3000);

        Assert.True(epoch < cluster.Servers[0].Leader!.Epoch);
        Assert.Equal(StoreMode.Voter, cluster.Servers[2].Store.Mode);
        Assert.Equal("v", cluster.LocalGet(2, "k"));
        Assert.Equal(cluster.Servers[2].Store.Promised, cluster.Servers[0].Leader!.Epoch);
    }

    [Fact]
    public void A_lost_disk_is_not_filled_while_another_server_was_not_asked()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[1].Kill();
        cluster.Servers[2].Kill();
        cluster.Servers[2].Store.Wipe(cluster.NewStore());
        cluster.Servers[2].Start();
        cluster.Run(5000);
        Assert.Equal(StoreMode.Blank, cluster.Servers[2].Store.Mode);
        cluster.Servers[1].Start();
        cluster.Run(5000);
        Assert.Equal(StoreMode.Voter, cluster.Servers[2].Store.Mode);
    }

    [Fact]
    public void A_leader_beside_a_lost_disk_says_that_it_cannot_lead()
    {
        var cluster = TestCluster.Running();
        cluster.Servers[0].Kill();
        cluster.Servers[0].Store.Wipe(cluster.NewStore());
        cluster.Servers[0].Start();
        cluster.Servers[0].Lead();
        cluster.Run(1000);
        Assert.Equal(LeaderPhase.Blocked, cluster.Servers[0].Leader!.Phase);

        cluster.Servers[0].StandDown();
        cluster.Servers[1].Lead();
        cluster.Run(3000);
        Assert.Equal(StoreMode.Voter, cluster.Servers[0].Store.Mode);
    }

    [Fact]
    public void A_second_leader_at_the_birth_of_the_cluster_does_not_take_an_old_look_at_its_store_for_a_lost_disk()
    {
        var cluster = new TestCluster
        {
            Loses = static (from, mail) => mail is { To.Slot: 1, Message: Message.Inspected } && from.Slot != 1,
        };
        foreach (var server in cluster.Servers) server.Start();
        cluster.Servers[1].Lead();
        cluster.Run(10);
        cluster.Servers[0].Lead();
        cluster.Run(500);
        cluster.Heal();
        for (var i = 0; i < 500; i++)
        {
            cluster.Run(1);
            Assert.NotEqual(LeaderPhase.Blocked, cluster.Servers[1].Leader!.Phase);
        }
    }

    [Fact]
    public void A_server_of_another_configuration_is_refused_with_a_word()
    {
        var odd = 0UL;
        var cluster = new TestCluster(configure: settings => settings with { Configuration = settings.Self.Slot == 2 ? odd : 42 });
        foreach (var server in cluster.Servers) server.Start();
        cluster.Servers[0].Lead();
        cluster.Run(1000);
        Assert.All(cluster.Servers, static server => Assert.Equal(StoreMode.Blank, server.Store.Mode));
        Assert.Contains(cluster.Servers[0].Notices, static notice => notice is Notice.ConfigurationRefused { Other.Slot: 2 });
        Assert.Contains(cluster.Servers[2].Notices, static notice => notice is Notice.ConfigurationRefused { Other.Slot: 0 });
    }

    [Fact]
    public void Answers_say_what_is_known_when_time_runs_out()
    {
        var cluster = TestCluster.Running();
        cluster.Run(100);
        cluster.Put(1, "warm", "up");
        cluster.Run(100);
        cluster.Loses = static (from, mail) => from.Slot == 1 && mail.Message is Message.Forward;
        var sent = cluster.Put(1, "k", "v");
        cluster.Run(50);
        cluster.Servers[0].Kill();
        cluster.Run(500);
        var unsent = cluster.Put(1, "k", "v");
        var read = cluster.Get(1, "k");
        cluster.Run(6000);
        Assert.Equal(ReplyStatus.Uncertain, sent.Status);
        Assert.Equal(ReplyStatus.TryAgain, unsent.Status);
        Assert.Equal(ReplyStatus.TryAgain, read.Refusal);

        cluster.Servers[1].Replica!.OnReachable(1);
        var alone = cluster.Put(1, "k", "v");
        cluster.Run(6000);
        Assert.Equal(ReplyStatus.NoReplicas, alone.Status);
    }

    [Fact]
    public void A_blank_server_answers_loading()
    {
        var cluster = new TestCluster();
        cluster.Servers[0].Start();
        Assert.Equal(ReplyStatus.Loading, cluster.Put(0, "k", "v").Status);
        Assert.Equal(ReplyStatus.Loading, cluster.Get(0, "k").Refusal);
    }

    [Fact]
    public void Without_leases_every_read_asks_the_leader()
    {
        var cluster = TestCluster.Running(configure: static settings => settings with { Reads = ReadMode.ReadIndex });
        cluster.Put(1, "k", "v");
        cluster.Run(100);
        Assert.Null(cluster.LocalGet(0, "k"));
        var reads = Enumerable.Range(0, 3).Select(slot => cluster.Get(slot, "k")).ToArray();
        cluster.Run(5);
        Assert.All(reads, static read => Assert.Equal("v", read.Value));

        // A leader that was cut off confirms nothing.
        cluster.Isolate(0);
        cluster.Servers[1].Lead();
        cluster.Run(1000);
        var stale = cluster.Get(0, "k");
        cluster.Put(1, "k", "w");
        cluster.Run(1000);
        Assert.Null(stale.Value);
        cluster.Heal();
        cluster.Run(3000);
        Assert.Equal("w", stale.Value);
    }

    [Fact]
    public void A_key_disappears_when_its_time_has_come_on_all_servers()
    {
        var cluster = TestCluster.Running();
        cluster.Submit(1, static writer => writer.Set("k"u8, "v"u8, new SetOptions { Expiry = Expiry.After(100) }));
        cluster.Run(50);
        Assert.Equal("v", cluster.LocalGet(2, "k"));
        cluster.Run(100);
        for (var slot = 0; slot < 3; slot++) Assert.Equal("(none)", cluster.LocalGet(slot, "k"));
    }

    [Fact]
    public void A_full_disk_refuses_writes_and_serves_reads_and_recovers()
    {
        var cluster = TestCluster.Running();
        cluster.Put(1, "k", "v");
        cluster.Run(100);
        foreach (var server in cluster.Servers) server.Replica!.OnDiskFull(true);
        cluster.Run(200);
        Assert.Equal(ReplyStatus.DiskFull, cluster.Put(1, "k", "w").Status);
        Assert.Equal("v", cluster.LocalGet(1, "k"));
        foreach (var server in cluster.Servers) server.Replica!.OnDiskFull(false);
        cluster.Run(200);
        var reply = cluster.Put(1, "k", "w");
        cluster.Run(100);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
    }
}
