using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

/// <content>What a replica that starts does with its log.</content>
public sealed partial class ReplicaRuleTests
{
    /// <summary>A start finds a long log whose end is committed: between its pieces the replica answers its leader.</summary>
    [Fact]
    public void A_long_log_is_applied_piece_by_piece()
    {
        var entries = Enumerable.Range(1, 5).Select(static index => Put(E1, index, "k")).ToArray();
        var replica = Recover(entries, E1, 1, messageBytes: entries[0].EncodedLength + 1);
        Assert.False(replica.MustFlushAgain);

        replica.Step(Leader, Replicate(E1, At(E1, 5), 5));
        Assert.Equal(new LogIndex(2), replica.State.AppliedIndex);
        Assert.True(replica.MustFlushAgain);
        replica.Step(Leader, Heartbeat(E1, 1, commit: 5));
        Assert.Equal(new LogIndex(4), replica.State.AppliedIndex);
        Assert.Contains(replica.Ready.Send, static mail => mail.Message is Message.HeartbeatAcknowledged { Match.Value: 5 });

        replica.Flush();
        Assert.Equal(new LogIndex(5), replica.State.AppliedIndex);
        Assert.False(replica.MustFlushAgain);
    }
}
