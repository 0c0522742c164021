using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using AkkaContract.Clustering;
using AkkaKv.TestSupport;

namespace AkkaContract.Singletons;

public sealed class SingletonTests : ClusterNodes
{
    private const string Name = "leader";

    [Fact]
    public async Task It_runs_on_the_oldest_member_and_is_reached_from_every_member()
    {
        var nodes = await StartCluster(3);

        var proxies = nodes.Select(node => StartSingleton(node)).ToArray();

        foreach (var proxy in proxies)
            Assert.Equal(Cluster.Get(nodes[0]).SelfAddress.ToString(), await WhereIsIt(proxy));
    }

    [Fact]
    public async Task It_is_ended_by_its_own_message_before_it_starts_on_the_next_oldest()
    {
        var log = new EventLog();
        var nodes = await StartCluster(3);
        var proxies = nodes.Select(node => StartSingleton(node, log)).ToArray();
        Assert.Equal(Cluster.Get(nodes[0]).SelfAddress.ToString(), await WhereIsIt(proxies[2]));
        await WhereIsIt(proxies[1]);

        await Cluster.Get(nodes[0]).LeaveAsync().WaitAsync(Patience);

        await Eventually(() => log.Entries.Count == 4);
        Assert.Equal(
            [
                $"started {Cluster.Get(nodes[0]).SelfAddress}",
                $"told to end {Cluster.Get(nodes[0]).SelfAddress}",
                $"stopped {Cluster.Get(nodes[0]).SelfAddress}",
                $"started {Cluster.Get(nodes[1]).SelfAddress}",
            ],
            log.Entries);
        await Eventually(() => IsAt(proxies[2], nodes[1]));
    }

    [Fact]
    public async Task It_does_not_start_a_second_time_on_a_node_that_hears_at_once_that_it_and_the_oldest_are_up()
    {
        // The newcomer comes first by address, so that it is not the order of addresses that keeps it from taking itself for the oldest.
        var ports = FreePorts.Take(2).Order().ToArray();
        var log = new EventLog();
        var (newcomer, oldest) = (StartAt(ports[0]), StartAt(ports[1]));
        StartSingleton(oldest, log);
        var proxy = StartSingleton(newcomer, log);
        await JoinTo(oldest, oldest);

        await JoinTo(oldest, newcomer);
        Assert.Equal(Cluster.Get(oldest).SelfAddress.ToString(), await WhereIsIt(proxy));
        await Cluster.Get(oldest).LeaveAsync().WaitAsync(Patience);

        await Eventually(() => IsAt(proxy, newcomer));
        Assert.Equal(
            [
                $"started {Cluster.Get(oldest).SelfAddress}",
                $"told to end {Cluster.Get(oldest).SelfAddress}",
                $"stopped {Cluster.Get(oldest).SelfAddress}",
                $"started {Cluster.Get(newcomer).SelfAddress}",
            ],
            log.Entries);
    }

    [Fact]
    public async Task It_starts_on_the_next_oldest_when_its_node_crashed_and_was_downed()
    {
        var nodes = await StartCluster(3, Abrupt);
        var proxies = nodes.Select(node => StartSingleton(node)).ToArray();
        Assert.Equal(Cluster.Get(nodes[0]).SelfAddress.ToString(), await WhereIsIt(proxies[1]));

        await nodes[0].Terminate().WaitAsync(Patience);
        Cluster.Get(nodes[1]).Down(Cluster.Get(nodes[0]).SelfAddress);

        await Eventually(() => IsAt(proxies[2], nodes[1]));
        Assert.True(IsAt(proxies[1], nodes[1]));
    }

    [Fact]
    public async Task It_comes_back_on_a_node_that_joins_later_only_when_its_turn_comes()
    {
        var nodes = await StartCluster(2);
        var proxies = nodes.Select(node => StartSingleton(node)).ToArray();
        await WhereIsIt(proxies[1]);

        await Cluster.Get(nodes[0]).LeaveAsync().WaitAsync(Patience);
        await Eventually(() => IsAt(proxies[1], nodes[1]));
        var third = Start();
        await JoinTo(nodes[1], third);

        Assert.Equal(Cluster.Get(nodes[1]).SelfAddress.ToString(), await WhereIsIt(StartSingleton(third)));
    }

    [Fact]
    public async Task Messages_wait_in_order_until_it_is_there()
    {
        var node = Start();
        var proxy = node.ActorOf(ClusterSingletonProxy.Props($"/user/{Name}", ClusterSingletonProxySettings.Create(node)), "proxy");
        var (recorder, mail) = Record(node);
        for (var number = 0; number < 100; number++)
            proxy.Tell(number, recorder);
        await JoinTo(node, node);

        node.ActorOf(ClusterSingletonManager.Props(Props.Create(() => new Echo()), ClusterSingletonManagerSettings.Create(node)), Name);

        for (var number = 0; number < 100; number++)
            Assert.Equal(number, await Next<int>(mail));
    }

    [Fact]
    public async Task When_too_many_messages_wait_the_oldest_are_dropped()
    {
        var node = Start();
        var settings = ClusterSingletonProxySettings.Create(node).WithBufferSize(3);
        var proxy = node.ActorOf(ClusterSingletonProxy.Props($"/user/{Name}", settings), "proxy");
        var (recorder, mail) = Record(node);
        for (var number = 0; number < 10; number++)
            proxy.Tell(number, recorder);
        await JoinTo(node, node);

        node.ActorOf(ClusterSingletonManager.Props(Props.Create(() => new Echo()), ClusterSingletonManagerSettings.Create(node)), Name);

        for (var number = 7; number < 10; number++)
            Assert.Equal(number, await Next<int>(mail));
    }

    [Fact]
    public async Task It_runs_only_where_its_role_is()
    {
        var without = (await StartCluster(1))[0];
        var with = Start("akka.cluster.roles = [kv]");
        await JoinTo(without, with);
        await AllSee(2, without, with);
        var settings = ClusterSingletonManagerSettings.Create(with).WithRole("kv");
        with.ActorOf(ClusterSingletonManager.Props(Props.Create(() => new Leader(new EventLog())), settings), Name);

        var proxy = without.ActorOf(
            ClusterSingletonProxy.Props($"/user/{Name}", ClusterSingletonProxySettings.Create(without).WithRole("kv")), "proxy");

        Assert.Equal(Cluster.Get(with).SelfAddress.ToString(), await WhereIsIt(proxy));
    }

    [Fact]
    public async Task A_manager_for_a_role_that_its_node_lacks_cannot_be_made()
    {
        var node = (await StartCluster(1))[0];
        var failure = new TaskCompletionSource<Exception>();
        var props = ClusterSingletonManager.Props(
            Props.Create(() => new Echo()), ClusterSingletonManagerSettings.Create(node).WithRole("kv"));

        node.ActorOf(Props.Create(() => new Parent(props, failure)));

        var initialization = Assert.IsType<ActorInitializationException>(await failure.Task.WaitAsync(Patience));
        Assert.Contains(Causes(initialization), cause => cause is ArgumentException);
    }

    [Fact]
    public void Settings_refuse_what_cannot_be()
    {
        var settings = ClusterSingletonProxySettings.Create(Start());

        Assert.Throws<ArgumentException>(() => settings.WithBufferSize(-1));
        Assert.Throws<ArgumentException>(() => settings.WithSingletonIdentificationInterval(TimeSpan.Zero));
    }

    private static IActorRef StartSingleton(ActorSystem node, EventLog? log = null)
    {
        var props = Props.Create(() => new Leader(log ?? new EventLog()));
        node.ActorOf(ClusterSingletonManager.Props(props, "end", ClusterSingletonManagerSettings.Create(node)), Name);
        return node.ActorOf(ClusterSingletonProxy.Props($"/user/{Name}", ClusterSingletonProxySettings.Create(node)), "proxy");
    }

    private static Task<string> WhereIsIt(IActorRef proxy) => proxy.Ask<string>("where", Patience);

    /// <summary>A question that is lost on the way to one that has just died is asked again by whoever waits for the answer.</summary>
    private static bool IsAt(IActorRef proxy, ActorSystem node)
    {
        try
        {
            var where = proxy.Ask<string>("where", TimeSpan.FromMilliseconds(500)).GetAwaiter().GetResult();
            return where == Cluster.Get(node).SelfAddress.ToString();
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private sealed class EventLog
    {
        private ImmutableList<string> _entries = [];

        public ImmutableList<string> Entries => _entries;

        public void Add(string entry) => ImmutableInterlocked.Update(ref _entries, entries => entries.Add(entry));
    }

    private sealed class Leader : ReceiveActor
    {
        private readonly EventLog _log;
        private readonly Address _address = Cluster.Get(Context.System).SelfAddress;

        public Leader(EventLog log)
        {
            _log = log;
            _log.Add($"started {_address}");
            Receive<string>(told => told == "where", _ => Sender.Tell(_address.ToString()));
            Receive<string>(told => told == "end", _ =>
            {
                _log.Add($"told to end {_address}");
                Context.Stop(Self);
            });
        }

        protected override void PostStop() => _log.Add($"stopped {_address}");
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Parent : UntypedActor
    {
        private readonly TaskCompletionSource<Exception> _failure;

        public Parent(Props child, TaskCompletionSource<Exception> failure)
        {
            _failure = failure;
            Context.ActorOf(child, "manager");
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        {
            _failure.TrySetResult(failure);
            return Directive.Stop;
        });

        protected override void OnReceive(object message)
        {
        }
    }
}
