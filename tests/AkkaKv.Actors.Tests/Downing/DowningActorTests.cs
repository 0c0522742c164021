using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;

namespace AkkaKv.Actors.Tests.Downing;

/// <summary>
/// A broken connection is told to the actor as the event that remoting would publish; a fake probe says what became of the process.
/// </summary>
public sealed class DowningActorTests : Akka.TestKit.Xunit2.TestKit
{
    private const string Hocon =
        """
        akka.loglevel = WARNING
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeProbe _probe = new();

    public DowningActorTests()
        : base(Hocon)
    {
    }

    private Address Self => Cluster.Get(Sys).SelfAddress;

    [Fact]
    public async Task A_connection_to_a_stranger_that_breaks_is_nobody_s_death()
    {
        var actor = Start();

        actor.Tell(new DisassociatedEvent(Self, Server(2), inbound: false));
        await actor.Ask<ActorIdentity>(new Identify(1), Patience);

        Assert.Empty(_probe.Asked);
    }

    [Fact]
    public async Task Its_own_address_is_not_probed()
    {
        await Cluster.Get(Sys).JoinAsync(Self).WaitAsync(Patience);
        var actor = Start();

        actor.Tell(new DisassociatedEvent(Self, Self, inbound: true));
        await actor.Ask<ActorIdentity>(new Identify(1), Patience);

        Assert.Empty(_probe.Asked);
    }

    [Fact]
    public async Task A_member_whose_process_is_gone_is_taken_out()
    {
        var (other, address) = await JoinAnotherAsync();
        _probe.Gone.TryAdd(address, true);

        await BreakAsync(Start(Self), address);

        await AwaitConditionAsync(() => Task.FromResult(!IsUp(address)), Patience);
        await other.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task Without_a_majority_of_the_configured_servers_nobody_is_taken_out()
    {
        var (other, address) = await JoinAnotherAsync();
        _probe.Gone.TryAdd(address, true);
        var actor = Start(Self, address, Server(3));

        await BreakAsync(actor, address);

        // What the first probe found was handled before the second one was asked for.
        await BreakAsync(actor, address);
        Assert.True(IsUp(address));
        await other.Terminate().WaitAsync(Patience);
    }

    /// <summary>
    /// Of three, one was taken out and the other one died: the first one's next process waits to be a member until the dead have left,
    /// and the two are a majority.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_to_come_back_counts_for_the_majority(bool isWaiting)
    {
        var (other, address) = await JoinAnotherAsync();
        var takenOut = Cluster.Get(Sys).State.Members.Single(member => member.Address.Equals(address)).Copy(MemberStatus.Down);
        var (dead, deadAddress) = await JoinAnotherAsync();
        _probe.Gone.TryAdd(deadAddress, true);
        if (isWaiting)
            _probe.Answering.TryAdd(address, true);
        var actor = Start(TimeSpan.FromMilliseconds(100), Self, address, deadAddress);
        await BreakAsync(actor, address);
        actor.Tell(new ClusterEvent.MemberDowned(takenOut));

        await BreakAsync(actor, deadAddress);

        await BreakAsync(actor, deadAddress);
        if (isWaiting)
            await AwaitConditionAsync(() => Task.FromResult(!IsUp(deadAddress)), Patience);
        else
            Assert.True(IsUp(deadAddress));
        await other.Terminate().WaitAsync(Patience);
        await dead.Terminate().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_member_that_answers_stays()
    {
        var (other, address) = await JoinAnotherAsync();
        var actor = Start(Self);

        await BreakAsync(actor, address);

        await BreakAsync(actor, address);
        Assert.True(IsUp(address));
        await other.Terminate().WaitAsync(Patience);
    }

    /// <summary>Tells of a broken connection, again until the actor knows the member and asks the probe about it.</summary>
    private Task BreakAsync(IActorRef actor, Address address)
    {
        var before = _probe.Asked.Count;
        return AwaitConditionAsync(
            () =>
            {
                actor.Tell(new DisassociatedEvent(Self, address, inbound: false));
                return _probe.Asked.Count > before;
            },
            Patience, TimeSpan.FromMilliseconds(50));
    }

    private bool IsUp(Address address) =>
        Cluster.Get(Sys).State.Members.Any(member => member.Address.Equals(address) && member.Status == MemberStatus.Up);

    private static Address Server(int number) => new("akka.tcp", "AkkaKv", "127.0.0.1", 4050 + number);

    private IActorRef Start(params Address[] servers) => Start(TimeSpan.FromSeconds(60), servers);

    private IActorRef Start(TimeSpan downAfter, params Address[] servers) => Sys.ActorOf(DowningActor.Props(
        new DowningSettings(servers.Length == 0 ? [Self, Server(2), Server(3)] : [.. servers], downAfter), _probe));

    /// <summary>A second member in this process, seen by the first one.</summary>
    private async Task<(ActorSystem System, Address Address)> JoinAnotherAsync()
    {
        var other = ActorSystem.Create(Sys.Name, Hocon);
        await Cluster.Get(Sys).JoinAsync(Self).WaitAsync(Patience);
        await Cluster.Get(other).JoinAsync(Self).WaitAsync(Patience);
        var address = Cluster.Get(other).SelfAddress;
        await AwaitConditionAsync(() => Task.FromResult(IsUp(address)), Patience);
        return (other, address);
    }

    private sealed class FakeProbe : IProcessProbe
    {
        public ConcurrentQueue<Address> Asked { get; } = new();

        public ConcurrentDictionary<Address, bool> Gone { get; } = new();

        public ConcurrentDictionary<Address, bool> Answering { get; } = new();

        public Task<bool> IsGoneAsync(Address address)
        {
            Asked.Enqueue(address);
            return Task.FromResult(Gone.ContainsKey(address));
        }

        public Task<bool> AnswersAsync(Address address) => Task.FromResult(Answering.ContainsKey(address));
    }
}
