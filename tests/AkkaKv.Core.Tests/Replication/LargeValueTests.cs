using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>Large values of many clients: slow, but within bounds, and every client gets its answer.</summary>
public sealed class LargeValueTests
{
    private const int ValueBytes = 1_000_000;

    private static readonly string Value = new('v', ValueBytes);

    [Fact]
    public void No_more_than_a_bound_is_under_way_to_the_leader_and_all_of_it_is_answered()
    {
        var cluster = TestCluster.Running();
        cluster.Put(1, "session", "open");
        cluster.Run(100);
        var forwarded = 0L;
        cluster.Loses = (from, mail) =>
        {
            if (mail.Message is Message.Forward forward && from.Slot == 1) forwarded += forward.Requests.Length;
            return mail.Message is Message.Replicate && mail.To.Slot != 0; // Nothing can commit.
        };
        var replies = Enumerable.Range(0, 20).Select(number => cluster.Put(1, $"k{number}", Value)).ToList();
        cluster.Run(100);
        Assert.InRange(forwarded, ValueBytes, Limits.ForwardedBytesInFlightMax + (2 * ValueBytes));

        cluster.Heal();
        cluster.Run(3000);
        Assert.All(replies, static reply => Assert.Equal(ReplyStatus.Committed, reply.Status));
    }

    [Fact]
    public void No_more_than_a_bound_is_under_way_to_a_replica_that_does_not_answer()
    {
        var cluster = TestCluster.Running();
        var sent = 0L;
        cluster.Loses = (from, mail) =>
        {
            if (mail is { To.Slot: 2, Message: Message.Replicate replicate }) sent += replicate.Entries.Sum(static e => e.EncodedLength);
            return from.Slot == 2 && mail.Message is Message.Acknowledged or Message.HeartbeatAcknowledged;
        };
        cluster.Run(1000);
        sent = 0;
        var replies = Enumerable.Range(0, 20).Select(number => cluster.Put(0, $"k{number}", Value)).ToList();
        cluster.Run(100);
        Assert.All(replies, static reply => Assert.Equal(ReplyStatus.Committed, reply.Status));
        Assert.InRange(sent, 0, Limits.EntryBytesInFlightMax + (2 * ValueBytes));
    }

    [Fact]
    public void A_holder_that_needs_longer_for_a_large_value_keeps_its_lease()
    {
        var cluster = TestCluster.Running();
        cluster.Put(1, "session", "open");
        cluster.Run(500);
        cluster.Servers[2].DiskHangs = true;
        var reply = cluster.Put(1, "large", Value);
        cluster.Run(80);
        Assert.Null(reply.Status);
        cluster.Servers[2].DiskHangs = false;
        cluster.Run(10);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
        Assert.DoesNotContain(cluster.Servers[0].Notices, static notice => notice is Notice.HolderSuspended);
        Assert.Equal(Value, cluster.LocalGet(2, "large"));
    }

    [Fact]
    public void A_value_of_the_largest_size_that_can_be_configured_is_written()
    {
        var cluster = TestCluster.Running();
        var reply = cluster.Put(1, "largest", new string('v', Limits.ValueBytesMax));
        cluster.Run(5000);
        Assert.Equal(ReplyStatus.Committed, reply.Status);
        Assert.Equal(Limits.ValueBytesMax, cluster.LocalGet(2, "largest")!.Length);
    }
}
