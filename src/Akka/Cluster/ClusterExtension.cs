using Akka.Actor;

namespace Akka.Cluster;

/// <summary>Names the cluster among the extensions of an actor system.</summary>
public sealed class ClusterExtension : ExtensionIdProvider<Cluster>
{
    internal static readonly ClusterExtension Instance = new();

    /// <inheritdoc/>
    public override Cluster CreateExtension(ExtendedActorSystem system) => new(system);
}
