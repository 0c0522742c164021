using System.Security.Cryptography;
using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Actors;

/// <summary>
/// The leader: a cluster singleton that asks every replica, its own included, and commits what the rules allow. It turns mail into
/// calls of the pure <see cref="LeaderInstance"/> and carries out what that asks for, in the rhythm of
/// <see cref="KeyValueActor"/>.
/// </summary>
/// <remarks>
/// Each question to a replica names its epoch and index, and so does the answer; whenever an answer comes, it counts. Akka's
/// <c>Ask</c> would drop late ones, and two Asks to one replica have two senders, between which no order is promised (hole H30).
/// That Akka runs one instance is a convenience: epochs and majorities make two of them harmless.
/// </remarks>
public sealed class LeaderActor : ReplicationShell
{
    private readonly LeaderInstance _leader;
    private bool _blocked;

    /// <summary>Made by <see cref="Props"/>; public because the engine makes actors by public constructors only.</summary>
    public LeaderActor(ReplicaOptions options)
        : base(options, Part.Leader)
    {
        _leader = new LeaderInstance(
            options.Replication, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), new ClusterId(Guid.NewGuid()), options.Clock);
    }

    /// <summary>The singleton's termination message: stand down, tell all replicas, stop (rule R16).</summary>
    public sealed record StandDown
    {
        /// <summary>The only one.</summary>
        public static readonly StandDown Instance = new();
    }

    /// <summary>The recipe of this actor.</summary>
    public static Props Props(ReplicaOptions options) => Akka.Actor.Props.Create(() => new LeaderActor(options));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        // The replica beside it is an actor of this process, and was started before the singleton could be.
        Peers[SelfId, Part.Replica].Tell(new KeyValueActor.LeaderStarted(Self), Self);
        _leader.Tick();
        CarryOut();
    }

    private protected override void Handle(object message)
    {
        switch (message)
        {
            case PeerMessage peer:
                _leader.Step(peer.From, peer.Message);
                AskForFlush();
                break;
            case Flush:
                _leader.Flush();
                CarryOut();
                break;
            case Tick:
                _leader.Tick();
                CarryOut();
                break;
            case StandDown:
                _leader.StandDown();
                CarryOut();
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void CarryOut()
    {
        Send(_leader.Ready.Send);
        NoticeLog.Write(Log, Options.Servers, _leader.Ready.Notices);
        _leader.Ready.Clear();
        TickAt(_leader.NextWake);
        if (_leader.Phase != LeaderPhase.Blocked || _blocked)
            return;

        _blocked = true;
        Options.OnLeaderBlocked();
    }
}
