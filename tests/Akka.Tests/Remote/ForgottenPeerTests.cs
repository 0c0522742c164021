using System.Text;
using Akka.Actor;
using Akka.Remote;
using AkkaContract.Configuration;

namespace AkkaContract.Remote;

/// <summary>
/// Whoever can reach the port can name addresses, in greetings and in messages. What is kept of them does not grow without bound, and
/// what is forgotten is not missed.
/// </summary>
public sealed class ForgottenPeerTests : RemoteFixture
{
    private const int Crowd = 5000;
    private const int NameChars = 3500;
    private const long MemoryMax = 12L * 1024 * 1024;

    [BundledFact]
    public async Task Addresses_that_strangers_greet_with_are_forgotten()
    {
        var there = Start("There");
        await ComeAndGoAsync(there, 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await ComeAndGoAsync(there, Crowd);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryMax);
    }

    [BundledFact]
    public async Task Addresses_of_actors_that_a_stranger_names_are_forgotten()
    {
        var there = Start("There");
        using var stranger = await Stranger.GreetAsync(Stranger.AddressAt(1000), uid: 1, AddressOf(there), Stranger.Bulk);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Crowd; i++)
            await stranger.Socket.SendAsync(Stranger.NamePath(2, (ushort)(i % 10), $"{Stranger.AddressAt(1000, Name(i))}/user/a"));
        await stranger.Socket.SendAsync(Stranger.Frame(6, _ => { }));
        await stranger.NextAsync(7);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryMax);
    }

    [BundledFact]
    public async Task Addresses_that_never_answered_are_forgotten()
    {
        var (here, gone) = (Start("Here", settings: "akka.remote.retry-gate-closed-for = 1ms"), Start("Gone"));
        var nobody = AddressOf(gone);
        await gone.Terminate();
        var errors = Subscribe<AssociationErrorEvent>(here);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Crowd; i++)
        {
            Selection(here, nobody.WithSystem(Name(i)), "a").Tell("hello", ActorRefs.NoSender);
            await errors.NextAsync();
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryMax);
    }

    [BundledTheory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Systems_that_have_forgotten_each_other_still_learn_of_each_others_ends(bool hereForgets, bool thereForgets)
    {
        await using Cable toHere = new(), toThere = new();
        var (here, there) = (StartBehind(toHere, "Here"), StartBehind(toThere));
        var first = there.ActorOf(Props.Create(() => new Echo()), "first");
        var second = there.ActorOf(Props.Create(() => new Echo()), "second");
        await LearnsOfTheEndAsync(here, there, first);
        var losses = new[] { Subscribe<DisassociatedEvent>(here), Subscribe<DisassociatedEvent>(there) };
        foreach (var cable in new[] { toHere, toThere })
            cable.Cut();
        foreach (var loss in losses)
        {
            var isInbound = (await loss.NextAsync()).IsInbound;
            await loss.NextAsync(end => end.IsInbound != isInbound);
        }

        // Nobody says anything to the other while many others come and go.
        if (hereForgets)
            await ComeAndGoAsync(here, 1000, toHere.Target);
        if (thereForgets)
            await ComeAndGoAsync(there, 1000, toThere.Target);
        foreach (var cable in new[] { toHere, toThere })
            cable.Mend();

        await LearnsOfTheEndAsync(here, there, second);
    }

    [BundledFact]
    public async Task A_quarantine_is_not_forgotten()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        await ResolveAsync(here, there, "echo");
        var quarantined = Subscribe<ThisActorSystemQuarantinedEvent>(there);
        ((IRemoteActorRefProvider)((ExtendedActorSystem)here).Provider).Quarantine(AddressOf(there), AddressUidExtension.Uid(there));

        await ComeAndGoAsync(here, 500);
        Selection(there, AddressOf(here), "nobody").Tell("hello", ActorRefs.NoSender);

        Assert.Equal(AddressOf(here), (await quarantined.NextAsync()).RemoteAddress);
    }

    private static async Task LearnsOfTheEndAsync(ActorSystem here, ActorSystem there, IActorRef actor)
    {
        await AskUntilAnsweredAsync<string>(Selection(here, AddressOf(there), actor.Path.Name), "there");
        var (remote, mail) = (await ResolveAsync(here, there, actor.Path.Name), new Mail<Terminated>());
        await here.ActorOf(Props.Create(() => new Watcher(remote, mail))).Ask<string>("watching", Patience);
        Assert.True(await actor.GracefulStop(Patience));
        Assert.Equal(remote, (await mail.NextAsync()).ActorRef);
    }

    private static async Task ComeAndGoAsync(ActorSystem to, int count, int port = 0)
    {
        for (var i = 0; i < count; i++)
        {
            var from = Stranger.AddressAt(1000, Name(i));
            using var stranger = await Stranger.GreetAsync(from, uid: i + 1, AddressOf(to), Stranger.Bulk, port: port);
            stranger.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await stranger.IsClosedAsync();
        }
    }

    private static string Name(int i) => new StringBuilder().Append('x', NameChars).Append(i).ToString();
}
