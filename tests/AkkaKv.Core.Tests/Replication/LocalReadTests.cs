using AkkaKv.Core.State;

namespace AkkaKv.Core.Tests.Replication;

public sealed class LocalReadTests
{
    private static readonly Action<Item?> Read = static _ => { };

    [Theory]
    [InlineData("present")]
    [InlineData("absent")]
    public void A_read_under_the_lease_allocates_nothing(string name)
    {
        var cluster = TestCluster.Running();
        cluster.Put(0, "present", "v");
        cluster.Run(100);
        var reads = cluster.Servers[1].Replica!.Reads;
        var key = TestCluster.Bytes(name);
        Assert.True(reads.TryGet(key, Read));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            reads.TryGet(key, Read);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
