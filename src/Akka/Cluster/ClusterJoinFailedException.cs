using Akka.Actor;

namespace Akka.Cluster;

/// <summary>The node did not become a member while somebody waited for it.</summary>
public class ClusterJoinFailedException : AkkaException
{
    /// <summary>Says why.</summary>
    public ClusterJoinFailedException(string message)
        : base(message)
    {
    }
}
