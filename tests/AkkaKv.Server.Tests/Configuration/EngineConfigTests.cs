using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Tests.Configuration;

/// <summary>Addresses come from akkakv.servers, then the user's word counts, then what ships.</summary>
public sealed class EngineConfigTests
{
    [Fact]
    public void Host_ports_seeds_and_majority_come_from_the_servers()
    {
        var settings = SettingsReader.Parse(Sample.With("down-after = 1700ms"), "test");

        var config = EngineConfig.Build(settings, settings.Server(2));

        Assert.Equal("127.0.0.1", config.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal(4052, config.GetInt("akka.remote.dot-netty.tcp.port"));
        Assert.Equal(2, config.GetInt("akka.cluster.min-nr-of-members"));
        Assert.Equal(TimeSpan.FromMilliseconds(1700), config.GetTimeSpan("akkakv.down-after"));
        Assert.Equal(
            ["akka.tcp://AkkaKv@127.0.0.1:4051", "akka.tcp://AkkaKv@127.0.0.1:4052", "akka.tcp://AkkaKv@127.0.0.1:4053"],
            config.GetStringList("akka.cluster.seed-nodes"));
    }

    [Fact]
    public void A_user_may_tune_the_engine()
    {
        var settings = SettingsReader.Parse(Sample.With("") + "\nakka.cluster.gossip-interval = 7s\nakka.loglevel = DEBUG", "test");

        var config = EngineConfig.Build(settings, settings.Server(1));

        Assert.Equal(TimeSpan.FromSeconds(7), config.GetTimeSpan("akka.cluster.gossip-interval"));
        Assert.Equal("DEBUG", config.GetString("akka.loglevel"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), config.GetTimeSpan("akka.cluster.leader-actions-interval"));
    }

    [Fact]
    public void A_user_may_not_move_a_server_away_from_its_configured_address()
    {
        var settings = SettingsReader.Parse(Sample.With("") + "\nakka.remote.dot-netty.tcp.port = 9", "test");

        Assert.Equal(4053, EngineConfig.Build(settings, settings.Server(3)).GetInt("akka.remote.dot-netty.tcp.port"));
    }

    [Fact]
    public void The_split_brain_resolver_of_the_engine_can_be_chosen()
    {
        const string provider = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster";
        var settings = SettingsReader.Parse(Sample.With("") + $"\nakka.cluster.downing-provider-class = \"{provider}\"", "test");

        var config = EngineConfig.Build(settings, settings.Server(1));

        Assert.Equal(provider, config.GetString("akka.cluster.downing-provider-class"));
        Assert.Equal("keep-majority", config.GetString("akka.cluster.split-brain-resolver.active-strategy"));
    }
}
