using Akka.Actor;

namespace Akka.Remote;

/// <summary>Remoting could not listen, or could not reach another system.</summary>
public class RemoteTransportException : AkkaException
{
    public RemoteTransportException(string message, Exception cause = null)
        : base(message, cause)
    {
    }
}
