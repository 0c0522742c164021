using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace AkkaContract.Remote;

public sealed class AssociationTests : RemoteFixture
{
    [Fact]
    public async Task Connecting_and_losing_a_peer_is_published()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var associated = Subscribe<AssociatedEvent>(here);
        var disassociated = Subscribe<DisassociatedEvent>(here);
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        await ResolveAsync(here, there, "echo");

        var opened = await associated.NextAsync(e => !e.IsInbound);
        await there.Terminate();
        var closed = await disassociated.NextAsync();

        Assert.Equal(AddressOf(here), opened.LocalAddress);
        Assert.Equal(AddressOf(there), opened.RemoteAddress);
        Assert.Equal(AddressOf(there), closed.RemoteAddress);
    }

    [Fact]
    public async Task A_peer_that_is_restarted_is_reached_again()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var address = AddressOf(there);
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        Assert.Equal("first", await Selection(here, address, "echo").Ask<string>("first", Patience));
        await there.Terminate();

        var again = Start("There", address.Port!.Value);
        again.ActorOf(Props.Create(() => new Echo()), "echo");

        Assert.Equal("second", await AskUntilAnsweredAsync<string>(Selection(here, address, "echo"), "second"));
    }

    [Fact]
    public async Task Messages_for_an_address_that_refuses_connections_become_dead_letters()
    {
        var (here, there) = (Start("Here", settings: "akka.remote.retry-gate-closed-for = 60s"), Start("There"));
        var address = AddressOf(there);
        await there.Terminate();
        var deadLetters = Subscribe<DeadLetter>(here);
        var errors = Subscribe<AssociationErrorEvent>(here);

        Selection(here, address, "nobody").Tell("before the gate", ActorRefs.NoSender);
        Assert.Equal(address, (await errors.NextAsync()).RemoteAddress);
        Selection(here, address, "nobody").Tell("at the gate", ActorRefs.NoSender);

        await deadLetters.NextAsync(letter => Text(letter) == "at the gate");
    }

    [Fact]
    public async Task A_peer_that_connects_is_answered_though_its_address_was_gated()
    {
        var (here, there) = (Start("Here", settings: "akka.remote.retry-gate-closed-for = 60s"), Start("There"));
        var address = AddressOf(there);
        await there.Terminate();
        here.ActorOf(Props.Create(() => new Echo()), "echo");
        var errors = Subscribe<AssociationErrorEvent>(here);
        Selection(here, address, "nobody").Tell("before the gate", ActorRefs.NoSender);
        await errors.NextAsync();

        var again = Start("There", address.Port!.Value);

        Assert.Equal("hello", await Selection(again, AddressOf(here), "echo").Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task A_quarantined_incarnation_is_not_heard_again_but_its_successor_is()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var address = AddressOf(there);
        var mail = new Mail<string>();
        here.ActorOf(Collector.Of(mail), "collector");
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        await ResolveAsync(here, there, "echo");
        await Selection(there, AddressOf(here), "collector").ResolveOne(Patience);
        var quarantined = Subscribe<QuarantinedEvent>(here);
        var learned = Subscribe<ThisActorSystemQuarantinedEvent>(there);
        var uid = AddressUidExtension.Uid(there);

        ((IRemoteActorRefProvider)((ExtendedActorSystem)here).Provider).Quarantine(address, uid);

        Assert.Equal(uid, (await quarantined.NextAsync()).Uid);
        // What it says while its connection is being closed is lost; what it says on a new one tells it.
        ThisActorSystemQuarantinedEvent? told;
        for (var deadline = DateTime.UtcNow + Patience; !learned.TryNext(out told) && DateTime.UtcNow < deadline;)
        {
            Selection(there, AddressOf(here), "collector").Tell("from the quarantined", ActorRefs.NoSender);
            await Task.Delay(50);
        }

        Assert.Equal(AddressOf(here), told?.RemoteAddress);
        await there.Terminate();

        var successor = Start("There", address.Port!.Value);
        successor.ActorOf(Props.Create(() => new Echo()), "echo");
        await AskUntilAnsweredAsync<ActorIdentity>(Selection(successor, AddressOf(here), "collector"), new Identify(1));
        Selection(successor, AddressOf(here), "collector").Tell("from the successor", ActorRefs.NoSender);

        Assert.Equal("from the successor", await mail.NextAsync());
        Assert.Equal("back", await AskUntilAnsweredAsync<string>(Selection(here, address, "echo"), "back"));
    }

    [Fact]
    public void A_port_that_is_taken_fails_the_start()
    {
        // By its default, the official engine shares a port between two systems that both want to.
        const string NotShared = "akka.remote.dot-netty.tcp.tcp-reuse-addr = off";
        var first = Start("First", settings: NotShared);

        Assert.ThrowsAny<Exception>(() => Start("Second", AddressOf(first).Port!.Value, NotShared));
    }
}
