#nullable enable
using Akka.Event;

namespace Akka.Remote.Transport;

/// <summary>What came of a peer's greeting: a refusal with its reason, or where its system messages are counted.</summary>
internal readonly record struct Admission(Refusal Refusal, string Reason, SystemMessageInbox? Inbox);

/// <summary>The connections that the peer opens: one for each lane, of which the newest counts.</summary>
internal sealed partial class Association
{
    /// <summary>
    /// Decides about a connection that the peer opened, on its thread. When it is admitted an older one of its lane has ended. Null
    /// when the association is retired.
    /// </summary>
    internal Admission? Admit(Hello hello, InboundConnection connection)
    {
        if (hello.QuarantinedUid == _remoting.Uid)
        {
            OnQuarantinedByPeer();
            return new Admission(Refusal.QuarantinedByPeer, "you have quarantined this system", null);
        }

        InboundConnection? previous;
        SystemMessageInbox inbox;
        bool isFirst;
        lock (_lock)
        {
            if (_isRetired)
                return null;
            if (_quarantined.ContainsKey(hello.Uid))
                return new Admission(Refusal.Quarantined, $"uid {hello.Uid} is quarantined; restart to be accepted", null);
            if (_replaced.Contains(hello.Uid))
                return new Admission(Refusal.Stale, $"uid {hello.Uid} was replaced by {_uid}", null);

            Meet(hello.Uid);
            ref var attempt = ref _inboundAttempts[Index(hello.Lane)];
            if (hello.Attempt <= attempt)
                return new Admission(Refusal.Stale, "a newer connection of this lane exists", null);

            attempt = hello.Attempt;
            isFirst = Array.TrueForAll(_inbound, c => c is null);
            previous = _inbound[Index(hello.Lane)];
            _inbound[Index(hello.Lane)] = connection;
            inbox = _inbox;
        }

        _control.OpenGate();
        _bulk.OpenGate();
        _remoting.OnConnectionCount(+1);
        if (previous is not null)
        {
            previous.Abort("the peer opened a new connection");
            previous.Ended.Wait();
        }

        if (isFirst)
            _remoting.Publish(new AssociatedEvent(_remoting.LocalAddress, Remote, inbound: true));
        return new Admission(Refusal.None, "", inbox);
    }

    internal void OnInboundEnded(Lane lane, InboundConnection connection, string reason)
    {
        bool isLast;
        lock (_lock)
        {
            ref var current = ref _inbound[Index(lane)];
            isLast = ReferenceEquals(current, connection);
            if (isLast)
                current = null;
            isLast &= Array.TrueForAll(_inbound, c => c is null);
        }

        _remoting.OnConnectionCount(-1);
        if (isLast)
            _remoting.Publish(new DisassociatedEvent(_remoting.LocalAddress, Remote, inbound: true));
        _remoting.Log.Debug("The {0} connection from [{1}] ended: {2}", lane, Remote, reason);
    }

    internal Task CloseInboundAsync()
    {
        InboundConnection[] inbound;
        lock (_lock)
            inbound = [.. _inbound.OfType<InboundConnection>()];
        foreach (var connection in inbound)
            connection.Abort("the system is shutting down");
        return Task.WhenAll(inbound.Select(c => c.Ended));
    }

    private static int Index(Lane lane) => (int)lane - 1;
}
