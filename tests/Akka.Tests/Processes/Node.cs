using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;

namespace AkkaContract.Processes;

/// <summary>
/// A node of a cluster in a process of its own. It obeys the lines of its standard input:
/// <c>start PORT MIN-NR-OF-MEMBERS SEED-PORT...</c> starts an actor system, <c>stop</c> ends it without a word to the others. After
/// <c>exit-clr</c> the end of a system that is started ends the process, whose exit code then is the engine's.
/// What happens to it stands in lines on standard output: <c>up</c>, <c>members PORT...</c> (those that are Up, sorted),
/// <c>gone PORT PREVIOUS-STATUS</c>, <c>removed</c>, <c>stopped</c>, <c>singleton started</c>, <c>singleton stopped</c>.
/// SIGTERM makes it leave in order; when it is downed, the process ends with <see cref="DownedExitCode"/>.
/// </summary>
internal sealed class Node
{
    public const int DownedExitCode = 17;

    public const string SystemName = "Processes";

    private const string Hocon =
        """
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          log-dead-letters = off
          actor.provider = cluster
          coordinated-shutdown.run-by-actor-system-terminate = off
          remote {
            log-remote-lifecycle-events = off
            retry-gate-closed-for = 200ms
            dot-netty.tcp.hostname = "127.0.0.1"
          }
          cluster {
            log-info = off
            periodic-tasks-initial-delay = 50ms
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            unreachable-nodes-reaper-interval = 100ms
            seed-node-timeout = 500ms
            retry-unsuccessful-join-after = 500ms
            allow-weakly-up-members = off
            down-removal-margin = 1ms
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            split-brain-resolver { active-strategy = keep-majority, stable-after = 1s, down-all-when-unstable = off }
            # A machine that has other things to do may let a process wait for seconds.
            failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 3s }
            singleton { hand-over-retry-interval = 200ms, min-number-of-hand-over-retries = 50 }
          }
        }
        """;

    private ActorSystem? _system;
    private bool _isToldToStop;
    private string _exitClr = "off";
    private Task _ended = Task.CompletedTask;

    public static Address AddressOf(int port) => new("akka.tcp", SystemName, "127.0.0.1", port);

    /// <summary>Obeys until the standard input ends, as it does when whoever started this process is gone.</summary>
    public async Task Run()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["start", var port, var minimum, .. var seeds]:
                    Start(port, minimum, seeds);
                    break;
                case ["exit-clr"]:
                    _exitClr = "on";
                    break;
                case ["stop"] when _system is not null:
                    _isToldToStop = true;
                    await _system.Terminate();
                    await _ended;
                    Console.WriteLine("stopped");
                    break;
            }
        }
    }

    private async Task ExitWhenDowned(ActorSystem system)
    {
        await system.WhenTerminated;
        // A node that ends without leaving ends for the same reason as one that is downed.
        var reason = CoordinatedShutdown.Get(system).ShutdownReason;
        if (!_isToldToStop && _exitClr == "off" && reason is CoordinatedShutdown.ClusterDowningReason)
            Environment.Exit(DownedExitCode);
    }

    private string Own(string port, string minimum, string[] seeds)
    {
        var addresses = seeds.Select(seed => $"\"{AddressOf(int.Parse(seed, CultureInfo.InvariantCulture))}\"");
        return $$"""
            akka.remote.dot-netty.tcp.port = {{port}}
            akka.coordinated-shutdown.exit-clr = {{_exitClr}}
            akka.cluster { min-nr-of-members = {{minimum}}, seed-nodes = [{{string.Join(", ", addresses)}}] }
            """;
    }

    private void Start(string port, string minimum, string[] seeds)
    {
        var config = ConfigurationFactory.ParseString(Own(port, minimum, seeds)).WithFallback(ConfigurationFactory.ParseString(Hocon));
        _isToldToStop = false;
        _system = ActorSystem.Create(SystemName, config);
        var cluster = Cluster.Get(_system);
        cluster.RegisterOnMemberUp(() => Console.WriteLine("up"));
        cluster.RegisterOnMemberRemoved(() => Console.WriteLine("removed"));
        _system.ActorOf(Props.Create(() => new Members()), "members");
        _system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new Singleton()), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(_system)),
            "singleton-manager");
        _ended = ExitWhenDowned(_system);
    }

    /// <summary>Says who is Up whenever that changes.</summary>
    private sealed class Members : ReceiveActor
    {
        private readonly SortedSet<int> _up = [];

        public Members()
        {
            Receive<ClusterEvent.CurrentClusterState>(state =>
            {
                foreach (var member in state.Members.Where(member => member.Status == MemberStatus.Up))
                    _up.Add(PortOf(member));
                Say();
            });
            Receive<ClusterEvent.MemberUp>(up =>
            {
                _up.Add(PortOf(up.Member));
                Say();
            });
            Receive<ClusterEvent.MemberRemoved>(removed =>
            {
                _up.Remove(PortOf(removed.Member));
                Console.WriteLine($"gone {PortOf(removed.Member)} {removed.PreviousStatus}");
                Say();
            });
            Receive<ClusterEvent.IMemberEvent>(_ => { });
        }

        protected override void PreStart() => Cluster.Get(Context.System).Subscribe(Self, typeof(ClusterEvent.IMemberEvent));

        private static int PortOf(Member member) => member.Address.Port ?? 0;

        private void Say() => Console.WriteLine($"members {string.Join(' ', _up)}");
    }

    private sealed class Singleton : UntypedActor
    {
        protected override void PreStart() => Console.WriteLine("singleton started");

        protected override void PostStop() => Console.WriteLine("singleton stopped");

        protected override void OnReceive(object message)
        {
        }
    }
}
