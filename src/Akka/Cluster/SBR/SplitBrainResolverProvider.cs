using Akka.Actor;

namespace Akka.Cluster.SBR;

/// <summary>
/// The split brain resolver as the cluster's downing provider:
/// <c>akka.cluster.downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"</c>.
/// </summary>
public class SplitBrainResolverProvider : IDowningProvider
{
    private readonly Cluster _cluster;
    private readonly SplitBrainResolverSettings _settings;

    /// <summary>Reads the settings of the resolver.</summary>
    /// <exception cref="Configuration.ConfigurationException">They have a value that they cannot have.</exception>
    public SplitBrainResolverProvider(ActorSystem system, Cluster cluster)
    {
        _cluster = cluster;
        _settings = new SplitBrainResolverSettings(system.Settings.Config);

        // Off, like zero, means that the margin is as long as it took to be sure. A small value is the way to shorten it.
        var margin = ClusterSettings.OffOrTime(system.Settings.Config, "akka.cluster.down-removal-margin");
        DownRemovalMargin = margin is null || margin == TimeSpan.Zero ? _settings.DowningStableAfter : margin.Value;
    }

    /// <summary><c>akka.cluster.down-removal-margin</c>, or <c>stable-after</c> when that is off.</summary>
    public TimeSpan DownRemovalMargin { get; }

    /// <summary>The resolver.</summary>
    public Props DowningActorProps
    {
        get
        {
            DowningStrategy strategy = _settings.DowningStrategy switch
            {
                SplitBrainResolverSettings.KeepMajorityName => new KeepMajority(_settings.KeepMajorityRole),
                SplitBrainResolverSettings.StaticQuorumName =>
                    new StaticQuorum(_settings.StaticQuorumSettings.Size, _settings.StaticQuorumSettings.Role),
                SplitBrainResolverSettings.KeepOldestName =>
                    new KeepOldest(_settings.KeepOldestSettings.DownIfAlone, _settings.KeepOldestSettings.Role),
                _ => new DownAll(),
            };
            return Props.Create(() =>
                new SplitBrainResolver(_cluster, strategy, _settings.DowningStableAfter, _settings.DownAllWhenUnstable));
        }
    }
}
