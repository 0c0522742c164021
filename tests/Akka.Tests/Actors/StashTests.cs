using Akka.Actor;
using Akka.Event;

namespace AkkaContract.Actors;

public sealed class StashTests : ActorTests
{
    [Fact]
    public async Task Stashed_messages_come_back_in_order_before_newer_ones()
    {
        var open = false;
        var actor = Start((self, message) =>
        {
            if (message is "open")
            {
                open = true;
                self.Me.Tell("newer", self.From);
                self.Stash.UnstashAll();
            }
            else if (open)
            {
                self.From.Tell(message);
            }
            else
            {
                self.Stash.Stash();
            }
        });

        foreach (var message in new object[] { 1, 2, 3, "open" })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
        await ExpectMsgAsync(3);
        await ExpectMsgAsync("newer");
    }

    [Fact]
    public async Task They_can_come_back_one_by_one()
    {
        var stash = true;
        var actor = Start((self, message) =>
        {
            if (message is "next")
            {
                stash = false;
                self.Stash.Unstash();
            }
            else if (stash)
            {
                self.Stash.Stash();
            }
            else
            {
                self.From.Tell(message);
            }
        });

        foreach (var message in new object[] { 1, 2, "next", 3, "next" })
            actor.Tell(message, TestActor);

        // The first comes back in front of what waits, the second in front of nothing.
        await ExpectMsgAsync(1);
        await ExpectMsgAsync(3);
        await ExpectMsgAsync(2);
    }

    [Fact]
    public async Task A_stashed_message_keeps_its_sender()
    {
        var other = CreateTestProbe();
        var stashed = false;
        var actor = Start((self, message) =>
        {
            if (message is "open")
            {
                self.Stash.UnstashAll();
            }
            else if (!stashed)
            {
                stashed = true;
                self.Stash.Stash();
            }
            else
            {
                self.From.Tell(message);
            }
        });

        actor.Tell("hello", other.Ref);
        actor.Tell("open", TestActor);

        await other.ExpectMsgAsync("hello");
    }

    [Fact]
    public async Task A_message_cannot_be_stashed_twice()
    {
        var actor = Start((self, _) =>
        {
            self.Stash.Stash();
            try
            {
                self.Stash.Stash();
            }
            catch (IllegalActorStateException error)
            {
                TestActor.Tell(error, self.Me);
            }
        });

        actor.Tell("hello", TestActor);

        await ExpectMsgAsync<IllegalActorStateException>();
    }

    [Fact]
    public async Task A_full_stash_takes_no_more()
    {
        Exception? thrown = null;
        var actor = Sys.ActorOf(Script((self, message) =>
        {
            if (message is "open")
            {
                self.Stash.UnstashAll();
                self.From.Tell(thrown!);
            }
            else if (thrown is not null)
            {
                self.From.Tell(message);
            }
            else
            {
                thrown = Record.Exception(self.Stash.Stash);
            }
        }).WithStashCapacity(2));

        foreach (var message in new object[] { 1, 2, 3, "open" })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync<StashOverflowException>();
        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
    }

    [Fact]
    public async Task A_stash_without_limit_is_given_none_by_props()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Boundless()).WithStashCapacity(2));

        for (var i = 1; i <= 3; i++)
            Assert.Equal(i, await actor.Ask<int>(i, Patience));
    }

    [Fact]
    public async Task Equal_messages_are_stashed_each()
    {
        var open = false;
        var actor = Start((self, message) =>
        {
            if (message is "open")
            {
                open = true;
                self.Stash.UnstashAll();
            }
            else if (open)
            {
                self.From.Tell(message);
            }
            else
            {
                self.Stash.Stash();
            }
        });

        actor.Tell("same", TestActor);
        actor.Tell("same", TestActor);
        actor.Tell("open", TestActor);

        await ExpectMsgAsync("same");
        await ExpectMsgAsync("same");
    }

    [Fact]
    public async Task A_restart_takes_stashed_messages_out_again()
    {
        var failed = false;
        var actor = Start((self, message) =>
        {
            if (message is "fail")
            {
                failed = true;
                throw new InvalidOperationException("It was told to fail.");
            }

            if (failed) self.From.Tell(message);
            else self.Stash.Stash();
        });

        foreach (var message in new object[] { 1, 2, "fail", 3 })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
        await ExpectMsgAsync(3);
    }

    [Fact]
    public async Task What_an_actor_has_stashed_when_it_stops_becomes_dead_letters()
    {
        var letters = Published<DeadLetter>();
        var actor = Start((self, message) =>
        {
            if (message is "stop") self.Cell.Stop(self.Me);
            else self.Stash.Stash();
        });

        actor.Tell("left behind", TestActor);
        actor.Tell("stop", TestActor);

        await letters.FishForMessageAsync<DeadLetter>(letter => letter.Message is "left behind");
    }

    [Fact]
    public async Task News_of_an_end_that_were_stashed_come_back_too()
    {
        var watched = Start((self, message) =>
        {
            if (message is "stop") self.Cell.Stop(self.Me);
        });
        var open = false;
        var watcher = Start((self, message) =>
        {
            switch (message)
            {
                case "watch":
                    self.Cell.Watch(watched);
                    self.From.Tell("watching");
                    break;
                case "open":
                    open = true;
                    self.Stash.UnstashAll();
                    break;
                case Terminated when !open:
                    self.Stash.Stash();
                    TestActor.Tell("stashed");
                    break;
                case Terminated terminated:
                    TestActor.Tell(terminated.ActorRef);
                    break;
            }
        });
        watcher.Tell("watch", TestActor);
        await ExpectMsgAsync("watching");
        watched.Tell("stop", TestActor);
        await ExpectMsgAsync("stashed");

        watcher.Tell("open", TestActor);

        await ExpectMsgAsync(watched);
    }

    /// <summary>Stashes everything and says how much that is.</summary>
    private sealed class Boundless : UntypedActor, IWithUnboundedStash
    {
        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            Stash.Stash();
            Sender.Tell(Stash.Count);
        }
    }
}
