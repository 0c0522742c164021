using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace AkkaContract.Clustering;

/// <summary>Actor systems of one process that form a cluster over loopback; all end with the test.</summary>
public abstract class ClusterNodes : IAsyncLifetime
{
    /// <summary>Generous, for machines that have other things to do.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string SystemName = "Contract";

    private readonly List<ActorSystem> _systems = [];

    protected static readonly Config Fast = ConfigurationFactory.ParseString(
        """
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          log-dead-letters = off
          actor.provider = cluster
          remote {
            log-remote-lifecycle-events = off
            retry-gate-closed-for = 500ms
            dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          }
          cluster {
            log-info = off
            periodic-tasks-initial-delay = 100ms
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            unreachable-nodes-reaper-interval = 200ms
            seed-node-timeout = 2s
            retry-unsuccessful-join-after = 2s
            allow-weakly-up-members = off
            down-removal-margin = 1ms
            failure-detector { heartbeat-interval = 250ms, acceptable-heartbeat-pause = 2s }
            singleton { hand-over-retry-interval = 200ms, min-number-of-hand-over-retries = 50 }
            singleton-proxy.singleton-identification-interval = 200ms
          }
          coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
        }
        """);

    /// <summary>Ends as a process would that is killed: without a word to the others.</summary>
    protected const string Abrupt = "akka.coordinated-shutdown.run-by-actor-system-terminate = off";

    /// <summary>The resolver that decides after one second.</summary>
    protected const string KeepMajority =
        """
        akka.cluster.downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
        akka.cluster.split-brain-resolver { active-strategy = keep-majority, stable-after = 1s, down-all-when-unstable = off }
        """;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Task.WhenAll(_systems.Select(system => system.Terminate())).WaitAsync(Patience);

    protected ActorSystem Start(params string[] hocon)
    {
        var config = hocon.Aggregate(Fast, (all, more) => ConfigurationFactory.ParseString(more).WithFallback(all));
        var system = ActorSystem.Create(SystemName, config);
        _systems.Add(system);
        return system;
    }

    protected ActorSystem StartAt(int port, params string[] hocon) => Start([$"akka.remote.dot-netty.tcp.port = {port}", .. hocon]);

    /// <summary>A cluster of that many nodes, the first of which is the oldest.</summary>
    protected async Task<ImmutableArray<ActorSystem>> StartCluster(int nodes, params string[] hocon)
    {
        var systems = ImmutableArray.CreateBuilder<ActorSystem>();
        for (var i = 0; i < nodes; i++)
        {
            systems.Add(Start(hocon));
            await JoinTo(systems[0], systems[i]);
        }

        await AllSee(nodes, [.. systems]);
        return systems.ToImmutable();
    }

    protected static async Task JoinTo(ActorSystem first, ActorSystem node) =>
        await Cluster.Get(node).JoinAsync(Cluster.Get(first).SelfAddress).WaitAsync(Patience);

    /// <summary>Waits until each of the systems sees that many members, all of them Up and reachable.</summary>
    protected static Task AllSee(int members, params ActorSystem[] systems) => Eventually(() => systems.All(system =>
    {
        var state = Cluster.Get(system).State;
        return state.Members.Count == members && state.Members.All(m => m.Status == MemberStatus.Up) && state.Unreachable.IsEmpty;
    }));

    protected static async Task Eventually(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, "It did not come about in time.");
            await Task.Delay(20);
        }
    }

    protected static Address AddressAt(int port) => new("akka.tcp", SystemName, "127.0.0.1", port);

    protected static string Seeds(params int[] ports) =>
        $"akka.cluster.seed-nodes = [{string.Join(", ", ports.Select(port => $"\"{AddressAt(port)}\""))}]";

    /// <summary>An actor that writes down what it is told.</summary>
    protected static (IActorRef Recorder, ChannelReader<object> Mail) Record(ActorSystem system)
    {
        var mail = Channel.CreateUnbounded<object>();
        return (system.ActorOf(Props.Create(() => new Recorder(mail.Writer))), mail.Reader);
    }

    /// <summary>The next piece of mail that is of the type and satisfies the condition; what comes before it is dropped.</summary>
    protected static async Task<T> Next<T>(ChannelReader<object> mail, Func<T, bool>? condition = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await mail.ReadAsync(patience.Token) is T wanted && (condition is null || condition(wanted))) return wanted;
        }
    }

    private sealed class Recorder(ChannelWriter<object> mail) : UntypedActor
    {
        protected override void OnReceive(object message) => mail.TryWrite(message);
    }
}
