using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>
/// Every log line about replication, in one place. It names other servers by their cluster address, which operators know, and not by
/// their number in the protocol.
/// </summary>
internal static class NoticeLog
{
    public static void Write(ILoggingAdapter log, ImmutableArray<Address> servers, List<Notice> notices)
    {
        foreach (var notice in notices)
            Write(log, servers, notice);
    }

    public static void WriteRefusal(ILoggingAdapter log, ImmutableArray<Address> servers, ReplicaId peer, string reason) =>
        log.Warning("The snapshot that {0} sends could not be taken: {1}", NameOf(servers, peer), reason);

    private static void Write(ILoggingAdapter log, ImmutableArray<Address> servers, Notice notice)
    {
        string Name(ReplicaId replica) => NameOf(servers, replica);

        switch (notice)
        {
            case Notice.ConfigurationRefused n when n.TheirConfiguration == n.OurConfiguration:
                log.Error(
                    "{0} belongs to another cluster and is ignored: its data is of {1}, here it is of {2}",
                    Name(n.Other), n.TheirCluster, n.OurCluster);
                break;
            case Notice.ConfigurationRefused n:
                log.Error(
                    "{0} has another configuration and is ignored: cluster {1}, configuration {2:x16}; "
                    + "here cluster {3}, configuration {4:x16}",
                    Name(n.Other), n.TheirCluster, n.TheirConfiguration, n.OurCluster, n.OurConfiguration);
                break;
            case Notice.ClusterFounded n:
                log.Warning("A new cluster comes to life: {0}. All servers were empty.", n.Cluster);
                break;
            case Notice.OwnStoreBlank n:
                log.Warning("This server cannot lead: its store {0} is blank and the cluster is not new", n.Store);
                break;
            case Notice.StoreRejected n:
                log.Warning("{0} answers from store {1}, the cluster knows {2}: it is not counted", Name(n.Replica), n.Store, n.Known);
                break;
            case Notice.LeaderLonely n:
                log.Warning("The leader of {0} has lost touch with a majority or with its own replica and stops leading", n.Epoch);
                break;
            case Notice.BadRequests n:
                log.Warning("{0} sent {1} bytes that no server of this version would send; they were ignored", Name(n.From), n.Length);
                break;
            case Notice.HolderSuspended n:
                log.Warning("{0} keeps writes waiting and gets no read lease for {1} s", Name(n.Replica), n.ReadmitAfter.TotalSeconds);
                break;
            default:
                log.Info("{0}", Describe(servers, notice));
                break;
        }
    }

    private static string Describe(ImmutableArray<Address> servers, Notice notice) => notice switch
    {
        Notice.StoreSeeded n => $"The blank store was filled up to {n.Position} and votes again",
        Notice.EpochPromised n => $"Follows {n.Epoch}",
        Notice.LogTruncated n => $"Dropped uncommitted entries {n.From} to {n.Last}",
        Notice.SnapshotInstalled n => $"A snapshot at {n.Position} from another server replaced the state",
        Notice.TakeoverStarted n => $"Asks all replicas to promise {n.Epoch}",
        Notice.Leading n => $"Leads {n.Epoch} from {n.Adopted}",
        Notice.BarrierCommitted n => $"Everything before {n.Epoch} is committed, at {n.Barrier}",
        Notice.Deposed n => $"{n.Epoch} ended, {n.By} is later",
        Notice.RejoinStarted n => $"A new epoch begins so that the blank store of {NameOf(servers, n.Replica)} can be filled",
        Notice.HolderReadmitted n => $"{NameOf(servers, n.Replica)} may have a read lease again",
        Notice.SnapshotOrdered n => $"{NameOf(servers, n.Replica)} needs a snapshot; {NameOf(servers, n.Source)} sends it",
        _ => notice.ToString(),
    };

    private static string NameOf(ImmutableArray<Address> servers, ReplicaId replica) =>
        $"{servers[replica.Slot].Host}:{servers[replica.Slot].Port}";
}
