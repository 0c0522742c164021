using Akka.Actor;

namespace Akka.Cluster;

/// <summary>
/// Decides which unreachable members are dead. Named by <c>akka.cluster.downing-provider-class</c> and made by the cluster
/// through a constructor that takes <c>(ActorSystem, Cluster)</c>.
/// </summary>
public interface IDowningProvider
{
    /// <summary>How long after a member was removed what ran there may be started elsewhere. Zero: at once.</summary>
    TimeSpan DownRemovalMargin { get; }

    /// <summary>The actor that watches the cluster and calls <see cref="Cluster.Down"/>; null: none.</summary>
    Props DowningActorProps { get; }
}

/// <summary>Nobody decides: unreachable members stay until somebody calls <see cref="Cluster.Down"/>.</summary>
public sealed class NoDowning : IDowningProvider
{
    private readonly ActorSystem _system;

    /// <summary>The provider of a cluster whose configuration names none.</summary>
    public NoDowning(ActorSystem system, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _system = system;
    }

    /// <summary><c>akka.cluster.down-removal-margin</c>; zero when it is off.</summary>
    public TimeSpan DownRemovalMargin =>
        ClusterSettings.OffOrTime(_system.Settings.Config, "akka.cluster.down-removal-margin") ?? TimeSpan.Zero;

    /// <summary>None.</summary>
    public Props DowningActorProps => null;
}
