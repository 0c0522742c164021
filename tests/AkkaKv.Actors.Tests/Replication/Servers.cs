using System.Collections.Immutable;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.Storage;
using AkkaKv.TestSupport;

namespace AkkaKv.Actors.Tests.Replication;

/// <summary>
/// The servers of one cluster as actor systems of this process, with remoting over loopback, stores on the real disk and the
/// configuration that ships with the server. Everything ends with the test.
/// </summary>
internal sealed class Servers : IAsyncDisposable
{
    private const string SystemName = "AkkaKv";

    private readonly string _folder = Directory.CreateTempSubdirectory("akkakv-actors-").FullName;
    private readonly ImmutableArray<Address> _addresses;

    public Servers(int count)
    {
        _addresses = [.. FreePorts.Take(count).Select(port => new Address("akka.tcp", SystemName, "127.0.0.1", port))];
        All = [.. Enumerable.Range(0, count).Select(slot => new Server(this, new ReplicaId((byte)slot)))];
    }

    /// <summary>Generous, for machines that have other things to do.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public ImmutableArray<Server> All { get; }

    public static async Task<Servers> StartedAsync(int count)
    {
        var servers = new Servers(count);
        foreach (var server in servers.All)
            server.Start();
        await Eventually(() => servers.All.All(server => server.View.Status.Ready), "all servers are ready");
        return servers;
    }

    /// <summary>The server beside which the leader runs, once all that live agree on it.</summary>
    public async Task<Server> LeaderAsync()
    {
        Server? leader = null;
        await Eventually(
            () =>
            {
                var statuses = All.Where(server => server.IsRunning).Select(server => server.View.Status).ToList();
                var named = statuses[0].Leader;
                leader = named is { } slot ? All[slot.Slot] : null;
                return leader is { IsRunning: true } && statuses.All(status => status.Ready && status.Leader == named);
            },
            "all agree on a leader that runs");
        return leader!;
    }

    public static async Task Eventually(Func<bool> condition, string what)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"It did not come about in time that {what}.");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(All.Select(server => server.EndAsync()));
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>One server: what the process of a server puts together, without gateway and HTTP.</summary>
    internal sealed class Server(Servers servers, ReplicaId id)
    {
        private readonly List<StoreOpening> _stores = [];
        private ActorSystem? _system;

        public ReplicaView View { get; } = new(id);

        /// <summary>What ended this server, if anything did.</summary>
        public Exception? Fatal { get; private set; }

        public ReplicaId Id => id;

        public bool IsRunning => _system is { WhenTerminated.IsCompleted: false };

        public ActorSystem System => _system!;

        public IActorRef KeyValue { get; private set; } = ActorRefs.Nobody;

        public Address Address => servers._addresses[id.Slot];

        public void Start()
        {
            _system = ActorSystem.Create(SystemName, Configuration());
            var options = Options();
            KeyValue = _system.ActorOf(KeyValueActor.Props(options), ActorPaths.ReplicaName);
            var singleton = ClusterSingletonManagerSettings.Create(_system).WithSingletonName(ActorPaths.LeaderName);
            _system.ActorOf(
                ClusterSingletonManager.Props(LeaderActor.Props(options), LeaderActor.StandDown.Instance, singleton),
                ActorPaths.LeaderName);
        }

        /// <summary>Leaves the cluster as a server does that is asked to stop.</summary>
        public async Task LeaveAsync()
        {
            var shutdown = CoordinatedShutdown.Get(System);
            var replica = KeyValue;
            shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "stop-replica", async () =>
            {
                await replica.Ask<KeyValueActor.Stop.Done>(KeyValueActor.Stop.Instance, Patience);
                return Akka.Done.Instance;
            });
            await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Patience);
            await CloseStoresAsync();
        }

        public async Task EndAsync()
        {
            if (_system is not null)
                await _system.Terminate().WaitAsync(Patience);
            await CloseStoresAsync();
        }

        /// <summary>Waits for what is being read, and gives the directory free.</summary>
        public async Task CloseStoresAsync()
        {
            foreach (var store in _stores)
                await store.DisposeAsync();
            _stores.Clear();
        }

        /// <summary>Writes, as a session does, and asks again while there is no leader.</summary>
        public async Task PutAsync(string key, string value)
        {
            ClientReply reply;
            do
                reply = await SubmitAsync(writer => writer.Set(Bytes(key), Bytes(value)));
            while (reply.Status is ReplyStatus.Loading or ReplyStatus.TryAgain or ReplyStatus.NoReplicas);

            Assert.Equal(ReplyStatus.Committed, reply.Status);
            Assert.Equal(ResultKind.Ok, FirstResult(reply));
        }

        public Task<ClientReply> SubmitAsync(Action<CommandWriter> write)
        {
            var writer = new CommandWriter();
            write(writer);
            var sink = new ReplySink();
            KeyValue.Tell(new ClientRequest(writer.Written.ToArray(), writer.Count, sink), ActorRefs.NoSender);
            return sink.Reply.WaitAsync(Patience);
        }

        /// <summary>Reads as a session does that was not served from the view at once.</summary>
        public Task<(ReplyStatus Refusal, string? Value)> ReadAsync(string key)
        {
            var sink = new ReadSink(Bytes(key));
            KeyValue.Tell(new ClientRead(ReadScope.Key, Bytes(key), sink), ActorRefs.NoSender);
            return sink.Answer.WaitAsync(Patience);
        }

        /// <summary>For one replica.</summary>
        public ReplicaOptions Options() => Options(id, files => files);

        public ReplicaOptions Options(ReplicaId owner, Func<IFileSystem, IFileSystem> wrap) => new()
        {
            Replication = new ReplicationSettings
            {
                Self = id,
                ReplicaCount = servers._addresses.Length,
                Configuration = 7,
                // A machine that builds and tests other things must not lose leases by its pauses.
                Lease = TimeSpan.FromSeconds(1),
                RequestTimeout = TimeSpan.FromSeconds(30),
            },
            Servers = servers._addresses,
            Store = Open(owner, wrap),
            SnapshotAfter = 64 * 1024,
            Clock = new BootClock(),
            View = View,
            OnFatal = failure => Fatal = failure,
            OnLeaderBlocked = () => Fatal = new InvalidOperationException("The leader is blocked."),
        };

        private StoreOpening Open(ReplicaId owner, Func<IFileSystem, IFileSystem> wrap)
        {
            var store = StoreOpening.Begin(
                wrap(new OsFileSystem(Path.Combine(servers._folder, $"{id.Slot}"))),
                new StoreOptions { Server = owner, NewStoreId = new StoreId(Guid.NewGuid()), SegmentBytes = 4 * 1024 * 1024 });
            _stores.Add(store);
            return store;
        }

        private Config Configuration()
        {
            var seeds = string.Join(", ", servers._addresses.Select(address => $"\"{address}\""));
            var shipped = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "akka.conf"));
            return ConfigurationFactory.ParseString(
                $$"""
                akka.loglevel = WARNING
                akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{Address.Port}} }
                akka.cluster { seed-nodes = [{{seeds}}], min-nr-of-members = {{(servers._addresses.Length / 2) + 1}} }
                akka.cluster.failure-detector.acceptable-heartbeat-pause = 10s
                akkakv.down-after = 30s
                """)
                .WithFallback(ConfigurationFactory.ParseString(shipped));
        }

        private static ResultKind FirstResult(ClientReply reply)
        {
            var reader = new ResultReader(reply.Results.Span);
            Assert.True(reader.TryRead(out var result));
            return result.Kind;
        }

        private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
    }

    private sealed class ReplySink : IClientReplySink
    {
        private readonly TaskCompletionSource<ClientReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ClientReply> Reply => _reply.Task;

        public void OnReply(ClientReply reply) => _reply.SetResult(reply);
    }

    private sealed class ReadSink(byte[] key) : IClientReadSink
    {
        private readonly TaskCompletionSource<(ReplyStatus, string?)> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(ReplyStatus, string?)> Answer => _answer.Task;

        public void OnReadable(KeyValueState state)
        {
            var item = state.Find(key);
            _answer.SetResult((ReplyStatus.Committed, item is null ? null : Encoding.UTF8.GetString(item.Value)));
        }

        public void OnRefused(ReplyStatus status) => _answer.SetResult((status, null));
    }
}
