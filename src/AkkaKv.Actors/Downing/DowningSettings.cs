using System.Collections.Immutable;
using Akka.Actor;

namespace AkkaKv.Actors;

/// <summary>What decides about downing.</summary>
/// <param name="Servers">The cluster addresses of all configured servers, this one included.</param>
/// <param name="DownAfter">How long a server may be unreachable before it is taken out.</param>
public sealed record DowningSettings(ImmutableArray<Address> Servers, TimeSpan DownAfter)
{
    /// <summary>How many of the configured servers are a majority.</summary>
    public int Majority => (Servers.Length / 2) + 1;

    /// <summary>
    /// Whether a server that sees all configured ones but these may take others out. A server without a majority downs nobody: the
    /// other side may be the living one.
    /// </summary>
    public bool MayDown(IReadOnlySet<Address> notSeen) => Servers.Count(server => !notSeen.Contains(server)) >= Majority;
}
