using System.Net;

namespace AkkaKv.Gateway;

/// <summary>What a <see cref="TcpGatewayActor"/> is asked, and what it answers.</summary>
public abstract record GatewayMessage
{
    private GatewayMessage()
    {
    }

    /// <summary>Asks where the gateway listens; answered by <see cref="Bound"/> or <see cref="NotBound"/>.</summary>
    public sealed record GetBound : GatewayMessage;

    /// <summary>The gateway listens here.</summary>
    public sealed record Bound(IPEndPoint Endpoint) : GatewayMessage;

    /// <summary>The gateway could not listen, and why: words for an operator.</summary>
    public sealed record NotBound(string Reason) : GatewayMessage;

    /// <summary>
    /// Stops accepting, answers what clients have sent already and closes their connections; those that are not done after
    /// <paramref name="Within"/> are cut. Once there has been no leader for a second, nobody is kept waiting: a write is answered
    /// with UNCERTAIN, a read with TRYAGAIN. Answered by <see cref="Drained"/> when no connection is left.
    /// </summary>
    public sealed record Drain(TimeSpan Within) : GatewayMessage;

    /// <summary>No connection is left and none will come.</summary>
    public sealed record Drained : GatewayMessage;
}
