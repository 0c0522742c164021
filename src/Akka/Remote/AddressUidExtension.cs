using System.Security.Cryptography;
using Akka.Actor;

namespace Akka.Remote;

/// <summary>Tells one incarnation of an actor system from the others that had its address before.</summary>
public class AddressUid : IExtension
{
    /// <summary>A random number, never 0.</summary>
    public readonly int Uid = RandomNumberGenerator.GetInt32(1, int.MaxValue);
}

/// <summary>The uid of a system: what others quarantine, and what changes when its process is restarted.</summary>
public class AddressUidExtension : ExtensionIdProvider<AddressUid>
{
    /// <summary>The uid of the system.</summary>
    public static int Uid(ActorSystem system) => system.WithExtension<AddressUid, AddressUidExtension>().Uid;

    /// <inheritdoc />
    public override AddressUid CreateExtension(ExtendedActorSystem system) => new();
}
