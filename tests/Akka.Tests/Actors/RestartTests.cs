using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class RestartTests : ActorTests
{
    private int _evaluated;

    [Fact]
    public async Task An_actor_is_made_then_started()
    {
        Sys.ActorOf(Props.Create(() => new Diary(TestActor)));

        await ExpectMsgAsync("constructor");
        await ExpectMsgAsync("PreStart");
    }

    [Fact]
    public async Task A_restart_runs_its_steps_in_order()
    {
        var actor = await StartDiary();

        actor.Tell(new InvalidOperationException("ouch"), TestActor);

        await ExpectMsgAsync("PreRestart: ouch, System.InvalidOperationException: ouch");
        await ExpectMsgAsync("PostStop");
        await ExpectMsgAsync("constructor");
        await ExpectMsgAsync("PostRestart: ouch");
        await ExpectMsgAsync("PreStart");
        actor.Tell("still here", TestActor);
        await ExpectMsgAsync("got still here");
    }

    [Fact]
    public async Task The_message_that_failed_is_dropped_and_those_after_it_are_kept()
    {
        var actor = await StartDiary();

        actor.Tell("one", TestActor);
        actor.Tell(new InvalidOperationException("ouch"), TestActor);
        actor.Tell("two", TestActor);
        actor.Tell("three", TestActor);

        await ExpectMsgAsync("got one");
        await FishForMessageAsync(message => message is "PreStart");
        await ExpectMsgAsync("got two");
        await ExpectMsgAsync("got three");
    }

    [Fact]
    public async Task A_restart_takes_fields_and_behaviours_back_to_the_start()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Changing()));

        actor.Tell("change", TestActor);
        actor.Tell("state", TestActor);
        await ExpectMsgAsync("changed 1");
        actor.Tell(new InvalidOperationException(), TestActor);
        actor.Tell("state", TestActor);

        await ExpectMsgAsync("fresh 0");
    }

    [Fact]
    public async Task The_arguments_of_props_are_evaluated_once()
    {
        var props = Props.Create(() => new Told(NextArgument()));

        var first = Sys.ActorOf(props);
        var second = Sys.ActorOf(props);
        first.Tell(new InvalidOperationException(), TestActor);

        Assert.Equal(1, await first.Ask<int>("argument", Patience));
        Assert.Equal(1, await second.Ask<int>("argument", Patience));
        Assert.Equal(1, _evaluated);
    }

    [Fact]
    public async Task A_restart_stops_the_children()
    {
        var parent = Start((self, message) =>
        {
            if (message is Exception error) throw error;
            self.From.Tell(self.Cell.ActorOf(Script((_, _) => { }), "child"));
        });
        var child = await parent.Ask<IActorRef>("start a child", Patience);
        Watch(child);

        parent.Tell(new InvalidOperationException(), TestActor);

        await ExpectTerminatedAsync(child);
        // The name is free again, and a new child is another actor.
        Assert.NotEqual(child, await parent.Ask<IActorRef>("start a child", Patience));
    }

    [Fact]
    public async Task The_reference_survives_a_restart()
    {
        var actor = await StartDiary();
        Watch(actor);

        actor.Tell(new InvalidOperationException("ouch"), TestActor);
        await FishForMessageAsync(message => message is "PreStart");
        actor.Tell("hello", TestActor);

        await ExpectMsgAsync("got hello");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public async Task An_actor_that_cannot_be_made_is_stopped()
    {
        var probe = CreateTestProbe();
        var unmade = Sys.ActorOf(Props.Create(() => new Unmakeable()));
        var unstarted = Sys.ActorOf(Props.Create(() => new Unstartable()));

        probe.Watch(unmade);
        await probe.ExpectTerminatedAsync(unmade);
        probe.Watch(unstarted);
        await probe.ExpectTerminatedAsync(unstarted);
    }

    [Fact]
    public async Task Only_a_public_constructor_makes_an_actor()
    {
        var shy = Sys.ActorOf(Shy.Props());

        Watch(shy);

        await ExpectTerminatedAsync(shy);
    }

    [Fact]
    public async Task A_parent_learns_that_a_child_could_not_be_made()
    {
        var strategy = new OneForOneStrategy(error =>
        {
            TestActor.Tell(error, ActorRefs.NoSender);
            return Directive.Stop;
        });
        var parent = Sys.ActorOf(Props.Create(() => new Supervising(
            strategy, (context, _) => context.ActorOf(Props.Create(() => new Unmakeable())))));

        parent.Tell("start a child", TestActor);

        var error = await ExpectMsgAsync<ActorInitializationException>();
        Assert.Contains("cannot be made", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_can_be_sent_mail_while_it_is_being_made()
    {
        var parent = Start((self, _) =>
        {
            var child = self.Cell.ActorOf(Script((me, message) => TestActor.Tell(message, me.Me)));
            child.Tell("first");
            child.Tell("second");
        });

        parent.Tell("go", TestActor);

        await ExpectMsgAsync("first");
        await ExpectMsgAsync("second");
    }

    private int NextArgument() => ++_evaluated;

    private async Task<IActorRef> StartDiary()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Diary(TestActor)));
        await ExpectMsgAsync("constructor");
        await ExpectMsgAsync("PreStart");
        return actor;
    }

    private sealed class Diary : UntypedActor
    {
        private readonly IActorRef _reader;

        public Diary(IActorRef reader)
        {
            _reader = reader;
            reader.Tell("constructor");
        }

        protected override void PreStart() => _reader.Tell("PreStart");

        protected override void PostStop() => _reader.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            _reader.Tell($"PreRestart: {reason.Message}, {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _reader.Tell($"PostRestart: {reason.Message}");
            base.PostRestart(reason);
        }

        protected override void OnReceive(object message)
        {
            // A new exception with the same text has no stack trace yet, so that its text is short.
            if (message is InvalidOperationException error) throw new InvalidOperationException(error.Message);
            _reader.Tell($"got {message}");
        }
    }

    private sealed class Changing : ReceiveActor
    {
        private int _changes;

        public Changing()
        {
            Receive<Exception>(error => throw error);
            Receive<string>(word => word == "change", _ =>
            {
                _changes++;
                Become(Changed);
            });
            Receive<string>(_ => Sender.Tell($"fresh {_changes}"));
        }

        private void Changed()
        {
            Receive<Exception>(error => throw error);
            Receive<string>(_ => Sender.Tell($"changed {_changes}"));
        }
    }

    private sealed class Told(int argument) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Exception error) throw error;
            Sender.Tell(argument);
        }
    }

    private sealed class Unmakeable : UntypedActor
    {
        public Unmakeable() => throw new InvalidOperationException("It cannot be made.");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Unstartable : UntypedActor
    {
        protected override void PreStart() => throw new InvalidOperationException("It cannot be started.");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Shy : UntypedActor
    {
        private Shy()
        {
        }

        public static Props Props() => Akka.Actor.Props.Create(() => new Shy());

        protected override void OnReceive(object message)
        {
        }
    }
}
