using System.Collections.Concurrent;
using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class DeathWatchTests : ActorTests
{
    [Fact]
    public async Task A_watcher_is_told_of_the_end()
    {
        var actor = Start((_, _) => { });
        Watch(actor);

        Sys.Stop(actor);

        var terminated = await ExpectTerminatedAsync(actor);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public async Task A_watcher_may_be_told_in_its_own_words()
    {
        var target = Start((_, _) => { });
        var watcher = Start((self, message) =>
        {
            if (message is "watch") self.Cell.WatchWith(target, "it is gone");
            TestActor.Tell(message, self.Me);
        });

        watcher.Tell("watch", TestActor);
        await ExpectMsgAsync("watch");
        Sys.Stop(target);

        await ExpectMsgAsync("it is gone");
    }

    [Fact]
    public async Task The_first_watch_counts()
    {
        var target = Start((_, _) => { });
        var watcher = Start((self, message) =>
        {
            if (message is "watch")
            {
                self.Cell.WatchWith(target, "first");
                self.Cell.WatchWith(target, "second");
                self.Cell.Watch(target);
            }

            TestActor.Tell(message, self.Me);
        });

        watcher.Tell("watch", TestActor);
        await ExpectMsgAsync("watch");
        await End(target);
        await ExpectMsgAsync("first");
        watcher.Tell("fence", TestActor);

        await ExpectMsgAsync("fence");
    }

    [Fact]
    public async Task Who_no_longer_watches_is_not_told_even_when_the_news_waits_already()
    {
        var target = Start((_, _) => { });
        var holding = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var watcher = Start((self, message) =>
        {
            if (message is "watch")
            {
                self.Cell.Watch(target);
                holding.SetResult();
                go.Task.Wait(Patience);
                self.Cell.Unwatch(target);
            }

            TestActor.Tell(message, self.Me);
        });

        watcher.Tell("watch", TestActor);
        await holding.Task.WaitAsync(Patience);
        await End(target);
        go.SetResult();
        await ExpectMsgAsync("watch");
        watcher.Tell("fence", TestActor);

        await ExpectMsgAsync("fence");
    }

    [Fact]
    public async Task Who_watches_the_dead_is_told_at_once()
    {
        var actor = Start((_, _) => { });
        await End(actor);

        Watch(actor);

        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task Who_watches_one_that_never_was_is_told_at_once()
    {
        var nobody = ((ExtendedActorSystem)Sys).Provider.ResolveActorRef("akka://test/user/never-was");

        Watch(nobody);

        Assert.False((await ExpectMsgAsync<Terminated>()).ExistenceConfirmed);
    }

    [Fact]
    public async Task News_of_an_end_that_is_not_handled_ends_the_watcher()
    {
        var target = Start((_, _) => { });
        var watcher = Start((self, message) =>
        {
            if (message is "watch") self.From.Tell(self.Cell.Watch(target));
            else self.Ignore(message);
        });
        Watch(watcher);

        await watcher.Ask<IActorRef>("watch", Patience);
        Sys.Stop(target);

        await ExpectTerminatedAsync(watcher);
    }

    [Fact]
    public async Task The_end_is_told_when_the_children_are_gone()
    {
        var order = new ConcurrentQueue<string>();
        Action<string> note = order.Enqueue;
        var parent = Sys.ActorOf(Props.Create(() => new Ending("parent", note, true)));
        Watch(parent);
        await parent.Ask<string>("started?", Patience);

        Sys.Stop(parent);

        await ExpectTerminatedAsync(parent);
        Assert.Equal(["child", "parent"], order);
    }

    [Fact]
    public async Task News_of_an_end_comes_after_what_the_dead_one_sent()
    {
        var actor = Start((self, message) =>
        {
            for (var i = 0; i < 100; i++)
                self.From.Tell(i);
            self.Cell.Stop(self.Me);
        });
        Watch(actor);

        actor.Tell("go", TestActor);

        for (var i = 0; i < 100; i++)
            await ExpectMsgAsync(i);
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task Watching_oneself_does_nothing()
    {
        var actor = Start((self, message) =>
        {
            self.Cell.Watch(self.Me);
            self.From.Tell(message);
        });
        Watch(actor);

        actor.Tell("hello", TestActor);
        await ExpectMsgAsync("hello");
        Sys.Stop(actor);

        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task A_graceful_stop_completes_when_the_actor_is_gone()
    {
        var ended = new ConcurrentQueue<string>();
        Action<string> note = ended.Enqueue;
        var actor = Sys.ActorOf(Props.Create(() => new Ending("it", note, false)));

        Assert.True(await actor.GracefulStop(Patience));
        Assert.Equal(["it"], ended);
        Assert.True(await actor.GracefulStop(Patience));
    }

    private sealed class Ending(string name, Action<string> note, bool hasChild) : UntypedActor
    {
        protected override void PreStart()
        {
            if (hasChild) Context.ActorOf(Props.Create(() => new Ending("child", note, false)));
        }

        protected override void PostStop() => note(name);

        protected override void OnReceive(object message) => Sender.Tell("started");
    }
}
