using Akka.Actor;

namespace Akka.Remote;

/// <summary>The provider of a system that others reach over the network.</summary>
public interface IRemoteActorRefProvider : IActorRefProvider
{
    /// <summary>Whether the address is one of this system's own.</summary>
    bool HasAddress(Address address);

    /// <summary>
    /// Never speaks again with the incarnation <paramref name="uid"/> of the system at the address; without a uid with the one
    /// last spoken with. Its messages are refused, messages to it become dead letters, and it learns that it is quarantined.
    /// </summary>
    void Quarantine(Address address, int? uid);
}
