using Akka.Actor;

namespace Akka.Cluster.Tools.Singleton;

/// <summary>A hand-over was asked for as often as allowed and never came about; the manager starts anew.</summary>
public sealed class ClusterSingletonManagerIsStuckException : AkkaException
{
    /// <summary>Says what it waited for.</summary>
    public ClusterSingletonManagerIsStuckException(string message)
        : base(message)
    {
    }
}
