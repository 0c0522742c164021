using System.Text;
using Akka.Actor;
using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using AkkaKv.Storage;

namespace AkkaKv.Actors.Tests.Replication;

/// <summary>A replica before it can serve and after it no longer does: it says so, and executes nothing.</summary>
public sealed class LoneReplicaTests : Akka.TestKit.Xunit2.TestKit, IAsyncLifetime
{
    private const string Hocon = "akka.actor.provider = cluster\nakka.remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 }";

    private readonly Servers _servers = new(3);

    public LoneReplicaTests()
        : base(Hocon)
    {
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Sys.Terminate();
        await _servers.DisposeAsync();
    }

    [Fact]
    public void Before_the_store_is_read_a_server_is_loading()
    {
        using var gate = new ManualResetEventSlim();
        var options = _servers.All[0].Options(_servers.All[0].Id, files => new GatedFiles(files, gate));
        var replica = Sys.ActorOf(KeyValueActor.Props(options));
        replica.Tell(Put());
        replica.Tell(Get());

        Assert.Equal(ReplyStatus.Loading, ExpectMsg<ClientReply>(Servers.Patience).Status);
        Assert.Equal(ReplyStatus.Loading, ExpectMsg<ReplyStatus>(Servers.Patience));
        Assert.False(options.View.Status.Ready);

        gate.Set();
        AwaitCondition(() => options.View.TakeDiskCounters() is not null, Servers.Patience);
    }

    [Fact]
    public void After_it_has_stopped_a_server_answers_that_it_does_not_serve()
    {
        var options = _servers.All[0].Options();
        var replica = Sys.ActorOf(KeyValueActor.Props(options));
        AwaitCondition(() => options.View.TakeDiskCounters() is not null, Servers.Patience);

        replica.Tell(KeyValueActor.Stop.Instance);
        ExpectMsg<KeyValueActor.Stop.Done>(Servers.Patience);
        Assert.Null(options.View.TakeDiskCounters());

        replica.Tell(Put());
        replica.Tell(Get());
        Assert.Equal(ReplyStatus.Loading, ExpectMsg<ClientReply>(Servers.Patience).Status);
        Assert.Equal(ReplyStatus.Loading, ExpectMsg<ReplyStatus>(Servers.Patience));
    }

    [Fact]
    public async Task A_store_of_another_server_is_refused_and_ends_the_server()
    {
        var options = _servers.All[0].Options();
        var first = Sys.ActorOf(KeyValueActor.Props(options));
        AwaitCondition(() => options.View.TakeDiskCounters() is not null, Servers.Patience);
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first, Servers.Patience);
        await _servers.All[0].CloseStoresAsync();

        options = _servers.All[0].Options(new ReplicaId(2), files => files) with { OnFatal = failure => TestActor.Tell(failure) };
        var replica = Sys.ActorOf(KeyValueActor.Props(options));
        Watch(replica);

        ExpectMsg<StoreRefusedException>(Servers.Patience);
        ExpectTerminated(replica, Servers.Patience);
        Assert.False(options.View.Status.Ready);
    }

    private ClientRequest Put()
    {
        var writer = new CommandWriter();
        writer.Set("key"u8, "value"u8);
        return new ClientRequest(writer.Written.ToArray(), writer.Count, new Sink(TestActor));
    }

    private ClientRead Get() => new(ReadScope.Key, Encoding.UTF8.GetBytes("key"), new Sink(TestActor));

    /// <summary>A slow disk: its directory is not taken before the gate opens.</summary>
    private sealed class GatedFiles(IFileSystem files, ManualResetEventSlim gate) : IFileSystem
    {
        public string Root => files.Root;

        public IDisposable Lock(string name)
        {
            gate.Wait(Servers.Patience);
            return files.Lock(name);
        }

        public IReadOnlyList<string> List() => files.List();

        public IFile Open(string name) => files.Open(name);

        public IFile Create(string name) => files.Create(name);

        public void Rename(string name, string newName) => files.Rename(name, newName);

        public void Delete(string name) => files.Delete(name);

        public void SetAside(string name, string folder) => files.SetAside(name, folder);

        public void SyncDirectory() => files.SyncDirectory();
    }

    private sealed class Sink(IActorRef test) : IClientReplySink, IClientReadSink
    {
        public void OnReply(ClientReply reply) => test.Tell(reply);

        public void OnReadable(KeyValueState state) => test.Tell("readable");

        public void OnRefused(ReplyStatus status) => test.Tell(status);
    }
}
