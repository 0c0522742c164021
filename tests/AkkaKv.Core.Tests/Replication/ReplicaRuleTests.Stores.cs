using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

/// <content>What others know of this replica's store, and what it may give on of its log.</content>
public sealed partial class ReplicaRuleTests
{
    /// <summary>
    /// What a replica has beyond that may be of an older epoch, and in this one something else stands there: given on to a third, which
    /// has nothing to compare it with, it would be acknowledged as this leader's.
    /// </summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(9, 2)]
    public void A_leader_gets_no_entry_that_is_not_known_to_be_its_own(long upTo, int count)
    {
        Promise(E1);
        Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "a"), Put(E1, 2, "b"), Put(E1, 3, "c")));
        Persist();
        Promise(E2);
        var fetched = Assert.IsType<Message.Fetched>(
            Assert.Single(Step(new Message.Fetch(E2, new ReplicaId(1), new LogIndex(1), new LogIndex(upTo), 1_000))));
        Assert.Equal(count, fetched.Entries.Length);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void A_store_that_acknowledged_more_than_it_holds_ends_the_process(long acknowledged, bool ends)
    {
        Promise(E1);
        Step(Replicate(E1, LogPosition.Start, 0, Put(E1, 1, "a"), Put(E1, 2, "b")));
        Persist();
        var heartbeat = Heartbeat(E1, 1) with { Peers = [Of(0, 9), Of(2, acknowledged)] };
        if (ends) Assert.Throws<StoreWentBackException>(() => Step(heartbeat));
        else Assert.IsType<Message.HeartbeatAcknowledged>(Assert.Single(Step(heartbeat)));
    }

    [Fact]
    public void A_store_that_is_taken_to_have_promised_what_it_does_not_know_ends_the_process()
    {
        Promise(E1);
        Assert.Throws<StoreWentBackException>(() => Step(Heartbeat(E2, 1)));
    }

    [Fact]
    public void A_store_in_whose_place_there_is_another_one_ends_the_process()
    {
        Promise(E1);
        var other = new StoreId(new Guid(4, 5, 6, new byte[8]));
        Assert.Empty(Step(new Message.Replaced(E1, other, Store)));
        Assert.Empty(Step(new Message.Replaced(E2, Store, other)));
        Assert.Throws<StoreWentBackException>(() => Step(new Message.Replaced(E1, Store, other)));
    }

    [Fact]
    public void What_a_leader_of_the_past_says_of_a_store_ends_nothing()
    {
        Promise(E2);
        Assert.IsType<Message.Refused>(Assert.Single(Step(Heartbeat(E1, 1) with { Peers = [Of(2, 7)] })));
    }
}
