using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using AkkaContract.Configuration;

namespace AkkaContract.Clustering;

/// <summary>
/// A member that another member has quarantined can never be spoken with again: it must go, at once, and take nobody along. The
/// official resolver does not know of quarantine; there the application has to watch for it.
/// </summary>
public sealed class QuarantineTests : ClusterNodes
{
    [BundledFact]
    public async Task A_member_that_is_quarantined_by_another_one_downs_itself_and_the_others_go_on()
    {
        var nodes = await StartCluster(3, KeepMajority);

        Quarantine(by: nodes[0], nodes[2]);

        await nodes[2].WhenTerminated.WaitAsync(Patience);
        Assert.IsType<CoordinatedShutdown.ClusterDowningReason>(CoordinatedShutdown.Get(nodes[2]).ShutdownReason);
        await AllSee(2, nodes[0], nodes[1]);
    }

    [BundledFact]
    public async Task A_quarantine_by_somebody_who_is_no_member_downs_nobody()
    {
        var nodes = await StartCluster(2, KeepMajority);
        var outsider = Start();
        var (recorder, mail) = Record(nodes[0]);
        nodes[0].EventStream.Subscribe(recorder, typeof(ThisActorSystemQuarantinedEvent));
        await outsider.ActorSelection(new RootActorPath(Cluster.Get(nodes[0]).SelfAddress) / recorder.Path.Elements).ResolveOne(Patience);

        Quarantine(by: outsider, nodes[0]);

        await Next<ThisActorSystemQuarantinedEvent>(mail);
        var joining = Start(KeepMajority);
        await JoinTo(nodes[0], joining);
        await AllSee(3, nodes[0], nodes[1], joining);
    }

    private static void Quarantine(ActorSystem by, ActorSystem node) =>
        ((IRemoteActorRefProvider)((ExtendedActorSystem)by).Provider).Quarantine(
            Cluster.Get(node).SelfAddress, Cluster.Get(node).SelfUniqueAddress.Uid);
}
