using Akka.Actor;

namespace AkkaContract.Remote;

public sealed class RemoteDeathWatchTests : RemoteFixture
{
    [Fact]
    public async Task The_end_of_a_remote_actor_is_noticed()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var (echo, mail) = await WatchAsync(here, there, "echo");

        echo.Tell(PoisonPill.Instance, ActorRefs.NoSender);

        var terminated = await mail.NextAsync();
        Assert.Equal(echo, terminated.ActorRef);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public async Task Two_watchers_of_one_remote_actor_are_both_told()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var (first, second) = (new Mail<Terminated>(), new Mail<Terminated>());
        await here.ActorOf(Props.Create(() => new Watcher(echo, first))).Ask<string>("watching", Patience);
        await here.ActorOf(Props.Create(() => new Watcher(echo, second))).Ask<string>("watching", Patience);

        Assert.True(await echo.GracefulStop(Patience));

        Assert.Equal(echo, (await first.NextAsync()).ActorRef);
        Assert.Equal(echo, (await second.NextAsync()).ActorRef);
    }

    [Fact]
    public async Task Watching_a_remote_actor_that_is_gone_already_tells_so()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        Assert.True(await echo.GracefulStop(Patience));

        var mail = new Mail<Terminated>();
        here.ActorOf(Props.Create(() => new Watcher(echo, mail)));

        Assert.Equal(echo, (await mail.NextAsync()).ActorRef);
    }

    [Fact]
    public async Task A_system_that_is_shut_down_says_goodbye_for_its_actors()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var (echo, mail) = await WatchAsync(here, there, "echo");
        var (canary, endOfCanary) = await WatchAsync(here, there, "canary");
        canary.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        await endOfCanary.NextAsync(); // Watches arrive in their order, so that of the echo has.

        await there.Terminate();

        var terminated = await mail.NextAsync();
        Assert.Equal(echo, terminated.ActorRef);
        Assert.False(terminated.AddressTerminated); // Said by the system itself, and not found out by its silence.
    }

    /// <summary>Starts an actor there and has another one watch it here.</summary>
    private static async Task<(IActorRef Watched, Mail<Terminated> End)> WatchAsync(ActorSystem here, ActorSystem there, string name)
    {
        there.ActorOf(Props.Create(() => new Echo()), name);
        var watched = await ResolveAsync(here, there, name);
        var end = new Mail<Terminated>();
        await here.ActorOf(Props.Create(() => new Watcher(watched, end))).Ask<string>("watching", Patience);
        return (watched, end);
    }
}
