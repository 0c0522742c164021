using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote;
using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Gateway;
using AkkaKv.Server.Configuration;
using AkkaKv.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaKv.Server.Hosting;

/// <summary>
/// One life of a server in the cluster: an actor system with replica, gateway and the leader's singleton. It ends when the server is
/// asked to stop, or when the cluster has taken it out; then the process starts another one (rule R13).
/// </summary>
internal sealed class ServerNode : IAsyncDisposable
{
    /// <summary>Defined in hocon/akka.conf.</summary>
    private const string ReplicationDispatcher = "akka.actor.replication-dispatcher";

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(60);

    private readonly IHost _host;
    private readonly StoreOpening _store;

    private ServerNode(IHost host, StoreOpening store) => (_host, _store) = (host, store);

    /// <summary>The leader's singleton in the registry of actors.</summary>
    private sealed class Leader;

    /// <summary>Starts the actors and joins the cluster.</summary>
    /// <param name="options">Which server this is.</param>
    /// <param name="store">See <see cref="OpenStore"/>; it is the node's from now on.</param>
    /// <param name="view">Kept from life to life: HTTP reads it.</param>
    /// <param name="onFatal">Called when the process must end.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="StoreRefusedException">The data directory cannot be used.</exception>
    public static async Task<ServerNode> StartAsync(
        ServerOptions options, StoreOpening store, ReplicaView view, Action<Exception> onFatal)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ServerLog.Configure(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddAkka(EngineConfig.SystemName, akka => Configure(akka, options, store, view, onFatal));

        var host = builder.Build();
        var node = new ServerNode(host, store);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
            await node.RequireGatewayAsync().ConfigureAwait(false);
            return node;
        }
        catch (Exception e) when (e.GetBaseException() is SocketException taken)
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"The cluster port {options.Self.Place(options.Self.ClusterPort)} cannot be used: {taken.Message}", e);
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins to read what the server remembers: soon, so that a large store is read while all the rest starts.</summary>
    /// <exception cref="IOException">There can be no such directory.</exception>
    public static StoreOpening OpenStore(ServerOptions options) => StoreOpening.Begin(
        new OsFileSystem(options.DataDirectory),
        new StoreOptions
        {
            Server = options.Self.Slot,
            NewStoreId = new StoreId(Guid.NewGuid()),
            SegmentBytes = options.Settings.LogSegmentSize,
            DiscardDamagedInto = options.DiscardDamaged ? $"damaged-{DateTime.UtcNow:yyyyMMdd-HHmmss}" : null,
        });

    /// <summary>Completes when the actor system has ended, whoever wanted it to.</summary>
    public Task WhenEnded => _host.Services.GetRequiredService<ActorSystem>().WhenTerminated;

    /// <summary>Leaves the cluster: drains the clients, hands over leadership and lease, stops.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(
        AkkaConfigurationBuilder akka, ServerOptions options, StoreOpening store, ReplicaView view, Action<Exception> onFatal)
    {
        var (settings, self) = (options.Settings, options.Self);
        akka.AddHocon(EngineConfig.Build(settings, self), HoconAddMode.Prepend);
        akka.ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        });

        ActorSystem? running = null;
        var replica = ReplicaOptionsFor(options, store, view, onFatal, () => LeaveAndReturn(running));
        akka.WithActors((system, registry) =>
        {
            running = system;
            var keyValue = system.ActorOf(KeyValueActor.Props(replica).WithDispatcher(ReplicationDispatcher), ActorPaths.ReplicaName);
            var gateway = system.ActorOf(TcpGatewayActor.Props(GatewaySettingsFor(options), view, keyValue), "gateway");
            registry.Register<KeyValueActor>(keyValue);
            registry.Register<TcpGatewayActor>(gateway);
            StopInOrder(system, view, keyValue, gateway);
            EndWhenQuarantined(system);
        });
        akka.WithSingleton<Leader>(
            ActorPaths.LeaderName,
            LeaderActor.Props(replica).WithDispatcher(ReplicationDispatcher),
            new ClusterSingletonOptions { TerminationMessage = LeaderActor.StandDown.Instance },
            createProxyToo: false);
    }

    private static ReplicaOptions ReplicaOptionsFor(
        ServerOptions options, StoreOpening store, ReplicaView view, Action<Exception> onFatal, Action onLeaderBlocked) => new()
        {
            Replication = options.Settings.Replication(options.Self),
            Servers = [.. options.Settings.Servers.Select(EngineConfig.AddressOf)],
            Store = store,
            SnapshotAfter = options.Settings.SnapshotAfter,
            Clock = BootClock.FromEnvironment(),
            View = view,
            OnFatal = onFatal,
            OnLeaderBlocked = onLeaderBlocked,
        };

    private static GatewaySettings GatewaySettingsFor(ServerOptions options)
    {
        var (settings, self) = (options.Settings, options.Self);
        return new GatewaySettings
        {
            Endpoint = new IPEndPoint(HostAddress.Resolve(self.Host), self.ClientPort),
            ClientEndpoints = [.. settings.Servers.Select(server => server.Place(server.ClientPort))],
            MaxClients = settings.MaxClients,
            Threads = settings.ClientThreads,
            KeyBytesMax = settings.MaxKeySize,
            ValueBytesMax = settings.MaxValueSize,
            RequestTimeout = settings.RequestTimeout,
            IdleTimeout = settings.ClientIdleTimeout,
            RequestDeadline = settings.ClientRequestDeadline,
        };
    }

    /// <summary>
    /// What runs in which phase: who asks whether the server is ready hears that it is not; clients are answered and sent away while the
    /// server is still a full member; then Akka leaves the cluster, which hands the leader over; the replica gives up its lease last, when
    /// the next leader can be told. A server that was taken out waits for nobody: what its clients wait for cannot come before it is back.
    /// </summary>
    private static void StopInOrder(ActorSystem system, ReplicaView view, IActorRef keyValue, IActorRef gateway)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "not-ready", () =>
        {
            view.SendClientsAway();
            return Task.FromResult(Akka.Done.Instance);
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-gateway", async () =>
        {
            if (shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason)
            {
                gateway.Tell(new GatewayMessage.Drain(TimeSpan.Zero));
                return Akka.Done.Instance;
            }

            await gateway.Ask<GatewayMessage.Drained>(new GatewayMessage.Drain(DrainLimit), StepLimit).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "stop-replica", async () =>
        {
            await keyValue.Ask<KeyValueActor.Stop.Done>(KeyValueActor.Stop.Instance, StepLimit).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
    }

    /// <summary>A peer that quarantined this system will never speak with it again; only a new one can come back.</summary>
    private static void EndWhenQuarantined(ActorSystem system)
    {
        var watcher = system.ActorOf(Props.Create(() => new QuarantineWatcher()), "quarantine-watcher");
        system.EventStream.Subscribe(watcher, typeof(ThisActorSystemQuarantinedEvent));
    }

    /// <summary>As the youngest member this server is not asked to lead while its store is blank.</summary>
    private static void LeaveAndReturn(ActorSystem? system)
    {
        if (system is null)
            return;
        system.Log.Warning("The leader's singleton runs beside a blank store; this server lets another one lead");
        _ = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
    }

    private async Task RequireGatewayAsync()
    {
        var gateway = _host.Services.GetRequiredService<IRequiredActor<TcpGatewayActor>>().ActorRef;
        var answer = await gateway.Ask<GatewayMessage>(new GatewayMessage.GetBound(), StepLimit).ConfigureAwait(false);
        if (answer is GatewayMessage.NotBound notBound)
            throw new IOException(notBound.Reason);
    }

    /// <summary>
    /// Marks this server as down before it stops: otherwise it would try to leave a cluster that does not listen any more, and to hand
    /// over to it, and give up only after the time limits of both.
    /// </summary>
    private sealed class QuarantineWatcher : ReceiveActor
    {
        public QuarantineWatcher() =>
            Receive<ThisActorSystemQuarantinedEvent>(_ =>
            {
                var cluster = Akka.Cluster.Cluster.Get(Context.System);
                cluster.Down(cluster.SelfAddress);
                CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
            });
    }

    /// <summary>The process's own lifetime answers signals, once for all lives of the server.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
