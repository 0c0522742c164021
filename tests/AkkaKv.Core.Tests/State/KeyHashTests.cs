using AkkaKv.Core.State;

namespace AkkaKv.Core.Tests.State;

public sealed class KeyHashTests
{
    /// <summary>Every server and every version must put a key into the same shard: SCAN cursors travel between them.</summary>
    [Fact]
    public void Keys_of_all_lengths_spread_evenly_and_the_cluster_decides_where()
    {
        var (one, other) = (new KeyHash(new ClusterId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))), new KeyHash(TestLog.Cluster));
        var seen = new HashSet<ulong>();
        for (var length = 0; length < 64; length++)
        {
            Assert.True(seen.Add(one.Compute(new byte[length])));
            Assert.True(seen.Add(other.Compute(new byte[length])));
        }

        var shards = new int[256];
        for (var i = 0; i < 256_000; i++) shards[one.Compute(TestLog.Bytes($"key:{i:D12}")) >> 56]++;
        Assert.All(shards, count => Assert.InRange(count, 800, 1_200));
    }

    /// <summary>Of 00 01 02 .. under the key 00 01 .. 0f, against an implementation that gives the published SipHash-2-4 vectors.</summary>
    [Fact]
    public void It_is_SipHash_1_3()
    {
        var hash = new KeyHash(new ClusterId(new Guid([.. Enumerable.Range(0, 16).Select(i => (byte)i)], bigEndian: true)));
        byte[] data = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        var found = new[] { 0, 1, 8, 15 }.Select(length => hash.Compute(data.AsSpan(0, length)).ToString("x16"));
        Assert.Equal("abac0158050fc4dc c9f49bf37d57ca93 369095118d299a8e d320d86d2a519956", string.Join(' ', found));
    }
}
