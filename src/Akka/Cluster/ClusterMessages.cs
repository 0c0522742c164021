#nullable enable
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster;

/// <summary>What the daemons of two nodes say to each other; <see cref="Serialization.ClusterMessageSerializer"/> knows it all.</summary>
internal interface IClusterMessage;

/// <summary>The vocabulary between nodes.</summary>
internal static class ClusterMessage
{
    /// <summary>Is there a cluster at your place?</summary>
    internal sealed record InitJoin : IClusterMessage, IDeadLetterSuppression;

    /// <summary>There is; <paramref name="Address"/> is whom to ask for admission.</summary>
    internal sealed record InitJoinAck(Address Address) : IClusterMessage, IDeadLetterSuppression;

    /// <summary>Not yet.</summary>
    internal sealed record InitJoinNack(Address Address) : IClusterMessage, IDeadLetterSuppression;

    /// <summary>Let this node in.</summary>
    internal sealed record Join(UniqueAddress Node, ImmutableHashSet<string> Roles) : IClusterMessage;

    /// <summary>You are a member, of this cluster.</summary>
    internal sealed record Welcome(UniqueAddress From, Gossip Gossip) : IClusterMessage;

    /// <summary>What <paramref name="From"/> knows, all of it.</summary>
    internal sealed record GossipEnvelope(UniqueAddress From, UniqueAddress To, Gossip Gossip) : IClusterMessage, IDeadLetterSuppression
    {
        /// <summary>When it arrived here (<see cref="Environment.TickCount64"/>): too long in the mailbox and it is ignored.</summary>
        public long ArrivedAt { get; } = Environment.TickCount64;
    }

    /// <summary>Which version <paramref name="From"/> holds: enough when the receiver holds the same.</summary>
    internal sealed record GossipStatus(UniqueAddress From, VectorClock Version) : IClusterMessage, IDeadLetterSuppression;

    /// <summary>Are you there?</summary>
    internal sealed record Heartbeat(Address From, long Sequence) : IClusterMessage, IDeadLetterSuppression;

    /// <summary>I am.</summary>
    internal sealed record HeartbeatRsp(UniqueAddress From, long Sequence) : IClusterMessage, IDeadLetterSuppression;

    /// <summary>The Exiting member has handed over everything and may be removed.</summary>
    internal sealed record ExitingConfirmed(UniqueAddress Node) : IClusterMessage, IDeadLetterSuppression;
}

/// <summary>What this node's extension, tasks and timers ask of its own daemon.</summary>
internal static class ClusterCommand
{
    /// <summary>The extension is complete: what the daemon starts may use it from now on.</summary>
    internal sealed record Begin : INoSerializationVerificationNeeded;

    internal sealed record JoinTo(Address Address) : INoSerializationVerificationNeeded;

    internal sealed record JoinSeeds(ImmutableList<Address> SeedNodes) : INoSerializationVerificationNeeded;

    internal sealed record Leave(Address Address) : INoSerializationVerificationNeeded;

    /// <summary>Leave, and say when everybody could know it, or that there is nothing to leave.</summary>
    internal sealed record LeaveSelf(TaskCompletionSource Left) : INoSerializationVerificationNeeded;

    internal sealed record Down(Address Address) : INoSerializationVerificationNeeded;

    /// <summary>Everything was handed over: say goodbye to the others and end the membership.</summary>
    internal sealed record ExitingCompleted(TaskCompletionSource Confirmed) : INoSerializationVerificationNeeded;

    internal sealed record Subscribe(
        IActorRef Subscriber, ClusterEvent.SubscriptionInitialStateMode Mode, ImmutableArray<Type> To) : INoSerializationVerificationNeeded;

    internal sealed record Unsubscribe(IActorRef Subscriber, Type? From) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record SendState(IActorRef Receiver) : INoSerializationVerificationNeeded;

    /// <summary>To the publisher: the daemon holds another state now.</summary>
    internal sealed record Publish(MembershipState State) : INoSerializationVerificationNeeded;

    /// <summary>To the heartbeat sender: whom there is to watch.</summary>
    internal sealed record Watchable(ImmutableArray<UniqueAddress> Nodes, ImmutableHashSet<UniqueAddress> Unreachable)
        : INoSerializationVerificationNeeded;

    /// <summary>From a seed node process: join there.</summary>
    internal sealed record SeedFound(Address Address) : INoSerializationVerificationNeeded;

    /// <summary>To a seed node process: the node at the address looks for a cluster, too.</summary>
    internal sealed record AskedBy(Address Address) : INoSerializationVerificationNeeded;

    /// <summary>The whole membership ends, on whatever ground.</summary>
    internal sealed record Shutdown : INoSerializationVerificationNeeded;
}

/// <summary>The daemon's clocks.</summary>
internal sealed class ClusterTick : INoSerializationVerificationNeeded
{
    public static readonly ClusterTick Gossip = new();
    public static readonly ClusterTick ExtraGossip = new();
    public static readonly ClusterTick Leader = new();
    public static readonly ClusterTick Reap = new();
    public static readonly ClusterTick Heartbeat = new();
    public static readonly ClusterTick RetryJoin = new();
    public static readonly ClusterTick GiveUpJoining = new();
    public static readonly ClusterTick AskSeeds = new();

    private ClusterTick()
    {
    }
}
