#nullable enable
using Akka.Actor;
using Akka.Remote.Transport;

namespace Akka.Remote;

/// <summary>Ends remoting when the actors of users are gone: what they said last is still sent.</summary>
internal sealed class RemotingTerminator : UntypedActor
{
    private readonly TcpRemoting _remoting;
    private readonly IActorRef _systemGuardian;

    public RemotingTerminator(TcpRemoting remoting, IActorRef systemGuardian)
    {
        _remoting = remoting;
        _systemGuardian = systemGuardian;
    }

    protected override void PreStart() => _systemGuardian.Tell(RegisterTerminationHook.Instance, Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case TerminationHook:
                EndRemotingAsync().PipeTo(_systemGuardian, Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Ends remoting; whatever happens the system goes on terminating.</summary>
    private async Task<object> EndRemotingAsync()
    {
        try
        {
            await _remoting.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _remoting.Log.Log(Event.LogLevel.ErrorLevel, e, "Remoting did not shut down cleanly.");
        }

        return TerminationHookDone.Instance;
    }
}
