using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using AkkaKv.TestSupport;

namespace AkkaContract.Clustering;

/// <summary>
/// Two members and keep-majority: neither is a majority, so the one with the lower address lives, whoever is older. The other one ends
/// itself, also when it is the only one left.
/// </summary>
public sealed class TwoMembersTests : ClusterNodes
{
    private const string OnlyVotersCount = "akka.cluster.split-brain-resolver.keep-majority.role = voter";
    private const string Voter = "akka.cluster.roles = [voter]";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_lower_address_goes_on_when_the_higher_one_crashes(bool isLowerOlder)
    {
        var (lower, higher) = await StartTwo(isLowerOlder);
        var (recorder, mail) = Record(lower);
        Cluster.Get(lower).Subscribe(recorder, typeof(ClusterEvent.MemberRemoved));

        await higher.Terminate().WaitAsync(Patience);

        var removed = await Next<ClusterEvent.MemberRemoved>(mail);
        Assert.Equal(Cluster.Get(higher).SelfAddress, removed.Member.Address);
        Assert.Equal(MemberStatus.Down, removed.PreviousStatus);
        await AllSee(1, lower);
        Assert.False(lower.WhenTerminated.IsCompleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_higher_address_ends_itself_when_the_lower_one_crashes(bool isLowerOlder)
    {
        var (lower, higher) = await StartTwo(isLowerOlder);

        await lower.Terminate().WaitAsync(Patience);

        await EndsAsDowned(higher);
    }

    [Fact]
    public async Task The_only_one_with_the_role_goes_on_whatever_its_address()
    {
        var (lower, higher) = await StartTwo(isLowerOlder: true, [OnlyVotersCount], [OnlyVotersCount, Voter]);

        await lower.Terminate().WaitAsync(Patience);

        await AllSee(1, higher);
        Assert.False(higher.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task The_one_without_the_role_ends_itself_whatever_its_address()
    {
        var (lower, higher) = await StartTwo(isLowerOlder: true, [OnlyVotersCount], [OnlyVotersCount, Voter]);

        await higher.Terminate().WaitAsync(Patience);

        await EndsAsDowned(lower);
    }

    [Fact]
    public async Task With_equal_roles_the_lower_address_goes_on()
    {
        var (lower, higher) = await StartTwo(isLowerOlder: false, [OnlyVotersCount, Voter], [OnlyVotersCount, Voter]);

        await higher.Terminate().WaitAsync(Patience);

        await AllSee(1, lower);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crashed_one_that_restarts_at_its_address_is_taken_back(bool isLowerCrashing)
    {
        var (lower, higher) = await StartTwo(isLowerOlder: !isLowerCrashing);
        var (crashing, staying) = isLowerCrashing ? (lower, higher) : (higher, lower);
        var address = Cluster.Get(crashing).SelfAddress;
        var old = Cluster.Get(crashing).SelfUniqueAddress;

        await crashing.Terminate().WaitAsync(Patience);
        var restarted = StartAt(address.Port!.Value, KeepMajority, Abrupt);
        await JoinTo(staying, restarted);

        await AllSee(2, staying, restarted);
        Assert.DoesNotContain(old, Cluster.Get(staying).State.Members.Select(member => member.UniqueAddress));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_lower_address_goes_on_whichever_of_the_two_quarantines_the_other(bool isByLower)
    {
        var (lower, higher) = await StartTwo(isLowerOlder: true);

        Quarantine(isByLower ? lower : higher, isByLower ? higher : lower);

        await EndsAsDowned(higher);
        await AllSee(1, lower);
        Assert.False(lower.WhenTerminated.IsCompleted);
    }

    /// <summary>What keep-majority says of a network that is broken for both counts for one that stays broken for one, too.</summary>
    [Fact]
    public async Task Everybody_goes_when_reachability_does_not_settle()
    {
        const string Impatient = "akka.cluster.split-brain-resolver { stable-after = 5s, down-all-when-unstable = 1ms }";
        var (lower, higher) = await StartTwo(isLowerOlder: true, [Impatient], [Impatient]);

        await higher.Terminate().WaitAsync(Patience);

        await EndsAsDowned(lower);
    }

    private static async Task EndsAsDowned(ActorSystem node)
    {
        await node.WhenTerminated.WaitAsync(Patience);
        Assert.IsType<CoordinatedShutdown.ClusterDowningReason>(CoordinatedShutdown.Get(node).ShutdownReason);
    }

    private static void Quarantine(ActorSystem by, ActorSystem node) =>
        ((IRemoteActorRefProvider)((ExtendedActorSystem)by).Provider).Quarantine(
            Cluster.Get(node).SelfAddress, Cluster.Get(node).SelfUniqueAddress.Uid);

    private Task<(ActorSystem Lower, ActorSystem Higher)> StartTwo(bool isLowerOlder) => StartTwo(isLowerOlder, [], []);

    private async Task<(ActorSystem Lower, ActorSystem Higher)> StartTwo(bool isLowerOlder, string[] ofLower, string[] ofHigher)
    {
        var ports = FreePorts.Take(2).Order().ToArray();
        var lower = StartAt(ports[0], [KeepMajority, Abrupt, .. ofLower]);
        var higher = StartAt(ports[1], [KeepMajority, Abrupt, .. ofHigher]);
        var (older, younger) = isLowerOlder ? (lower, higher) : (higher, lower);
        await JoinTo(older, older);
        await JoinTo(older, younger);
        await AllSee(2, lower, higher);
        return (lower, higher);
    }
}
