using Akka.Actor;
using Akka.Event;

namespace Akka.Remote;

/// <summary>
/// What happens to the connections of this system. All of them are published on <c>ActorSystem.EventStream</c>: subscribe
/// to this type for everything, or to one of the derived types.
/// </summary>
public abstract class RemotingLifecycleEvent
{
    /// <summary>The level at which the event is logged when <c>akka.remote.log-remote-lifecycle-events</c> is on.</summary>
    public abstract LogLevel LogLevel();
}

/// <summary>An event about the association with one remote address.</summary>
public abstract class AssociationEvent : RemotingLifecycleEvent
{
    /// <summary>The name used in the text of the event.</summary>
    protected string EventName;

    /// <summary>The address of this system.</summary>
    public Address LocalAddress { get; protected set; }

    /// <summary>The address of the other system.</summary>
    public Address RemoteAddress { get; protected set; }

    /// <summary>True when the other system opened the connection.</summary>
    public bool IsInbound { get; protected set; }

    /// <inheritdoc />
    public override string ToString() => $"{EventName} [{LocalAddress}]{(IsInbound ? " <- " : " -> ")}[{RemoteAddress}]";
}

/// <summary>The first connection of a direction stands: messages flow.</summary>
public sealed class AssociatedEvent : AssociationEvent
{
    public AssociatedEvent(Address localAddress, Address remoteAddress, bool inbound)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = inbound;
        EventName = "Associated";
    }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.DebugLevel;
}

/// <summary>The last connection of a direction broke or was closed. What was in flight is lost.</summary>
public sealed class DisassociatedEvent : AssociationEvent
{
    public DisassociatedEvent(Address localAddress, Address remoteAddress, bool inbound)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = inbound;
        EventName = "Disassociated";
    }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.DebugLevel;
}

/// <summary>A connection could not be opened, or was refused, or broke for a reason worth telling.</summary>
public sealed class AssociationErrorEvent : AssociationEvent
{
    private readonly LogLevel _level;

    public AssociationErrorEvent(Exception cause, Address localAddress, Address remoteAddress, bool inbound, LogLevel level)
    {
        Cause = cause;
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        IsInbound = inbound;
        EventName = "AssociationError";
        _level = level;
    }

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => _level;

    /// <inheritdoc />
    public override string ToString() => $"{base.ToString()}: {Cause.Message}";
}

/// <summary>This system accepts connections at these addresses.</summary>
public sealed class RemotingListenEvent : RemotingLifecycleEvent
{
    public RemotingListenEvent(IList<Address> listenAddresses) => ListenAddresses = listenAddresses;

    /// <summary>The addresses under which others reach this system.</summary>
    public IList<Address> ListenAddresses { get; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.InfoLevel;

    /// <inheritdoc />
    public override string ToString() => $"Remoting now listens on addresses: [{string.Join(", ", ListenAddresses)}]";
}

/// <summary>Remoting has stopped: nothing is sent or received any more.</summary>
public sealed class RemotingShutdownEvent : RemotingLifecycleEvent
{
    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.InfoLevel;

    /// <inheritdoc />
    public override string ToString() => "Remoting shut down";
}

/// <summary>Remoting itself failed, for example its listener.</summary>
public sealed class RemotingErrorEvent : RemotingLifecycleEvent
{
    public RemotingErrorEvent(Exception cause) => Cause = cause;

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.ErrorLevel;

    /// <inheritdoc />
    public override string ToString() => $"Remoting error: [{Cause.Message}]";
}

/// <summary>This system will not speak with that incarnation of the remote system again.</summary>
public sealed class QuarantinedEvent : RemotingLifecycleEvent
{
    public QuarantinedEvent(Address address, int uid)
    {
        Address = address;
        Uid = uid;
    }

    /// <summary>Where the quarantined system lives.</summary>
    public Address Address { get; }

    /// <summary>Which incarnation is quarantined: the same address with another uid is a new system, and welcome.</summary>
    public int Uid { get; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.WarningLevel;

    /// <inheritdoc />
    public override string ToString() =>
        $"Association to [{Address}] having UID [{Uid}] is irrecoverably failed. UID is now quarantined and all messages to this UID "
        + "will be delivered to dead letters. Remote ActorSystem must be restarted to recover from this situation.";
}

/// <summary>The remote system has quarantined this incarnation: only a restart of this system lets the two speak again.</summary>
public sealed class ThisActorSystemQuarantinedEvent : RemotingLifecycleEvent
{
    public ThisActorSystemQuarantinedEvent(Address localAddress, Address remoteAddress)
    {
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
    }

    /// <summary>The address of this system.</summary>
    public Address LocalAddress { get; }

    /// <summary>Who refuses to speak with this system.</summary>
    public Address RemoteAddress { get; }

    /// <inheritdoc />
    public override LogLevel LogLevel() => Akka.Event.LogLevel.WarningLevel;

    /// <inheritdoc />
    public override string ToString() => $"The remote system [{RemoteAddress}] has quarantined this system [{LocalAddress}].";
}
