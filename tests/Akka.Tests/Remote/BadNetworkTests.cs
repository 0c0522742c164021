using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using AkkaContract.Configuration;

namespace AkkaContract.Remote;

/// <summary>What becomes of messages when the network between two systems is silent, or breaks.</summary>
public sealed class BadNetworkTests : RemoteFixture
{
    [Fact]
    public async Task News_of_an_end_get_through_when_the_connection_broke_meanwhile()
    {
        await using var cable = new Cable();
        var (here, there) = (Start("Here", settings: "akka.remote.resend-interval = 300ms"), StartBehind(cable));
        var watched = there.ActorOf(Props.Create(() => new Echo()), "echo");
        var mail = new Mail<Terminated>();
        var remote = await ResolveAsync(here, there, "echo");
        var watcher = here.ActorOf(Props.Create(() => new Watcher(remote, mail)));
        Assert.Equal("watching", await watcher.Ask<string>("watching", Patience));

        // The watch may or may not have been delivered when the cable is cut: it is repeated until it is, and counts once.
        cable.Cut();
        Assert.True(await watched.GracefulStop(Patience));
        cable.Mend();

        Assert.Equal(remote, (await mail.NextAsync()).ActorRef);
        Assert.True(await watcher.GracefulStop(Patience));
    }

    [Fact]
    public async Task Watching_begins_when_the_network_is_there_again()
    {
        await using var cable = new Cable();
        var (here, there) = (Start("Here", settings: "akka.remote.resend-interval = 300ms"), StartBehind(cable));
        var watched = there.ActorOf(Props.Create(() => new Echo()), "echo");
        var remote = await ResolveAsync(here, there, "echo");
        var losses = Subscribe<RemotingLifecycleEvent>(here);
        cable.Cut();

        var mail = new Mail<Terminated>();
        var watcher = here.ActorOf(Props.Create(() => new Watcher(remote, mail)));
        Assert.Equal("watching", await watcher.Ask<string>("watching", Patience));
        // Of the connection that was there, and of one that was tried since.
        for (var lost = 0; lost < 2; lost++)
            await losses.NextAsync(loss => loss is AssociationErrorEvent or DisassociatedEvent);
        cable.Mend();
        await AskUntilAnsweredAsync<string>(Selection(here, remote.Path.Address, "echo"), "there again");
        Assert.True(await watched.GracefulStop(Patience));

        Assert.Equal(remote, (await mail.NextAsync()).ActorRef);
    }

    [BundledFact]
    public async Task A_silent_network_delivers_no_messages_that_are_old_when_it_comes_back()
    {
        await using var cable = new Cable();
        var (here, there) = (Start("Here", settings: "akka.remote.outgoing-queue.age-max = 1s"), StartBehind(cable));
        var (arrived, dead) = (new Mail<string>(), Subscribe<DeadLetter>(here));
        there.ActorOf(Collector.Of(arrived), "collector");
        cable.Hold();

        Selection(here, AddressOf(there), "collector").Tell("old", ActorRefs.NoSender);
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Selection(here, AddressOf(there), "collector").Tell("new", ActorRefs.NoSender);
        cable.Release();

        Assert.Equal("new", await arrived.NextAsync());
        await dead.NextAsync(letter => Text(letter) == "old");
    }

    [BundledFact]
    public async Task When_too_many_messages_wait_for_the_network_the_newest_become_dead_letters()
    {
        await using var cable = new Cable();
        var (here, there) = (Start("Here", settings: "akka.remote.outgoing-queue.messages-max = 10"), StartBehind(cable));
        var (arrived, dead) = (new Mail<string>(), Subscribe<DeadLetter>(here));
        there.ActorOf(Collector.Of(arrived), "collector");
        cable.Hold();

        for (var i = 1; i <= 12; i++)
            Selection(here, AddressOf(there), "collector").Tell($"{i}", ActorRefs.NoSender);

        await dead.NextAsync(letter => Text(letter) == "11");
        await dead.NextAsync(letter => Text(letter) == "12");
        cable.Release();
        for (var i = 1; i <= 10; i++)
            Assert.Equal($"{i}", await arrived.NextAsync());
    }

    [BundledFact]
    public async Task When_the_messages_that_wait_are_too_large_in_sum_the_newest_become_dead_letters()
    {
        await using var cable = new Cable();
        var (here, there) = (Start("Here", settings: "akka.remote.outgoing-queue.bytes-max = 100000b"), StartBehind(cable));
        var (arrived, dead) = (new Mail<byte[]>(), Subscribe<DeadLetter>(here));
        there.ActorOf(Collector.Of(arrived), "collector");
        cable.Hold();

        Selection(here, AddressOf(there), "collector").Tell(new byte[60_000], ActorRefs.NoSender);
        Selection(here, AddressOf(there), "collector").Tell(new byte[60_001], ActorRefs.NoSender);
        await dead.NextAsync();
        cable.Release();

        Assert.Equal(60_000, (await arrived.NextAsync()).Length);
    }
}
