using AkkaKv.Core;

namespace AkkaKv.Actors.Tests.Replication;

public sealed class ReplicaViewTests
{
    [Fact]
    public void Without_a_replica_nothing_is_served_and_the_status_says_so()
    {
        var view = new ReplicaView(new ReplicaId(1));

        Assert.False(view.Reads.TryGet("key"u8, static _ => Assert.Fail("It was served.")));
        Assert.False(view.Reads.TryRead(0, static (_, _) => Assert.Fail("It was served.")));
        Assert.False(view.Status.Ready);
        Assert.False(view.Status.LeaseValid);
        Assert.Null(view.Status.Leader);
        Assert.Equal(new ReplicaId(1), view.Status.Id);
        Assert.Equal(0, view.State.Count);
        Assert.Null(view.TakeDiskCounters());
    }
}
