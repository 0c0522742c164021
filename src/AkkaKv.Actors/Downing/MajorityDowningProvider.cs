using Akka.Actor;
using Akka.Cluster;

namespace AkkaKv.Actors;

/// <summary>
/// Takes dead servers out of the Akka cluster as soon as that is known, so that the singleton, and with it the leader, moves
/// on within a fraction of a second. Akka's split brain resolver takes seconds because its caution protects the uniqueness of
/// the singleton; the replication protocol fences a second leader by its epoch, so a wrong guess here costs a restart of the
/// server that was taken out, and never a write.
/// </summary>
/// <remarks>
/// Chosen by <c>akka.cluster.downing-provider-class</c>. The configured servers are the seed nodes; <c>akkakv.down-after</c> says
/// how long a server may be unreachable whose process is not certainly gone.
/// </remarks>
public sealed class MajorityDowningProvider : IDowningProvider
{
    private readonly DowningSettings _settings;

    /// <param name="system">The actor system, whose configuration is read.</param>
    /// <param name="cluster">Its cluster extension.</param>
    public MajorityDowningProvider(ActorSystem system, Cluster cluster)
    {
        var config = system.Settings.Config;
        DownRemovalMargin = config.GetTimeSpan("akka.cluster.down-removal-margin");
        _settings = new DowningSettings(
            [.. config.GetStringList("akka.cluster.seed-nodes").Select(Address.Parse)],
            config.HasPath("akkakv.down-after") ? config.GetTimeSpan("akkakv.down-after") : TimeSpan.FromSeconds(2));
    }

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin { get; }

    /// <inheritdoc/>
    public Props DowningActorProps => DowningActor.Props(_settings, new ProcessProbe());
}
