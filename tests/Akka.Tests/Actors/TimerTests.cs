using Akka.Actor;
using Akka.TestKit;
using AkkaContract.Configuration;

namespace AkkaContract.Actors;

/// <summary>Timers under a scheduler whose time the test moves.</summary>
public sealed class TimerTests() : ActorTests("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task A_single_timer_fires_once()
    {
        var actor = await StartTimed(timers => timers.StartSingleTimer("key", "fired", Interval));

        Scheduler.Advance(Interval - TimeSpan.FromMilliseconds(1));
        await Settle(actor);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        await ExpectMsgAsync("fired");
        Scheduler.Advance(Interval * 10);
        await Settle(actor);
    }

    [Fact]
    public async Task A_single_timer_is_inactive_when_it_has_fired()
    {
        var actor = await StartTimed(timers => timers.StartSingleTimer("key", "fired", Interval));

        Assert.True(await actor.Ask<bool>("is active", Patience));
        Scheduler.Advance(Interval);
        await ExpectMsgAsync("fired");

        Assert.False(await actor.Ask<bool>("is active", Patience));
    }

    [Fact]
    public async Task A_periodic_timer_waits_an_interval_first()
    {
        var actor = await StartTimed(timers => timers.StartPeriodicTimer("key", "fired", Interval));

        await Settle(actor);
        for (var i = 0; i < 3; i++)
        {
            Scheduler.Advance(Interval);
            await ExpectMsgAsync("fired");
        }

        Assert.True(await actor.Ask<bool>("is active", Patience));
    }

    [Fact]
    public async Task A_periodic_timer_may_have_a_first_delay_of_its_own()
    {
        var actor = await StartTimed(timers => timers.StartPeriodicTimer("key", "fired", TimeSpan.FromSeconds(1), Interval));

        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await ExpectMsgAsync("fired");
        Scheduler.Advance(Interval - TimeSpan.FromSeconds(1));
        await Settle(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await ExpectMsgAsync("fired");
    }

    [Fact]
    public async Task Starting_a_key_again_replaces_its_timer()
    {
        await StartTimed(timers =>
        {
            timers.StartSingleTimer("key", "first", Interval);
            timers.StartSingleTimer("key", "second", Interval * 2);
            timers.StartSingleTimer("other", "third", Interval * 3);
        });

        Scheduler.Advance(Interval * 3);

        await ExpectMsgAsync("second");
        await ExpectMsgAsync("third");
    }

    [Fact]
    public async Task A_cancelled_timer_delivers_nothing_even_when_its_message_waits_already()
    {
        var actor = await StartTimed(timers => timers.StartSingleTimer("key", "fired", Interval));
        using var busy = new BusyWith(actor);

        Scheduler.Advance(Interval);
        busy.End("cancel");

        await Settle(actor);
    }

    [Fact]
    public async Task A_replaced_timer_delivers_nothing_even_when_its_message_waits_already()
    {
        var actor = await StartTimed(timers => timers.StartSingleTimer("key", "fired", Interval));
        using var busy = new BusyWith(actor);

        Scheduler.Advance(Interval);
        busy.End("replace");
        await Settle(actor);
        Scheduler.Advance(Interval);

        await ExpectMsgAsync("replaced");
    }

    [Fact]
    public async Task Timers_end_with_a_restart()
    {
        var starts = 0;
        var actor = await StartTimed(timers =>
        {
            if (starts++ == 0) timers.StartPeriodicTimer("key", "fired", Interval);
        });

        actor.Tell("fail", TestActor);
        await Settle(actor);
        Scheduler.Advance(Interval * 3);

        await Settle(actor);
        Assert.Equal(2, starts);
    }

    [Fact]
    public async Task Timers_end_with_their_actor()
    {
        var letters = Published<Akka.Event.AllDeadLetters>();
        var actor = await StartTimed(timers => timers.StartPeriodicTimer("key", "fired", Interval));
        await End(actor);

        Scheduler.Advance(Interval * 3);
        Sys.DeadLetters.Tell("fence", TestActor);

        var letter = await letters.FishForMessageAsync<Akka.Event.AllDeadLetters>(dead => dead.Message is string);
        Assert.Equal("fence", letter.Message);
    }

    /// <summary>Where the official engine lets such a timer fire for ever, nobody hears of it.</summary>
    [BundledFact]
    public async Task A_timer_that_is_started_when_its_actor_stops_ends_with_it()
    {
        var letters = Published<Akka.Event.AllDeadLetters>();
        var actor = Sys.ActorOf(Props.Create(() => new LateStarter()));

        await End(actor);
        Scheduler.Advance(Interval * 3);
        Sys.DeadLetters.Tell("fence", TestActor);

        Assert.Equal("fence", (await letters.ExpectMsgAsync<Akka.Event.AllDeadLetters>()).Message);
    }

    [BundledFact]
    public async Task A_timer_that_is_started_when_its_actor_restarts_ends_with_the_failed_instance()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LateRestarter(TestActor)));

        actor.Tell("fail", TestActor);
        await ExpectMsgAsync("restarted");
        Scheduler.Advance(Interval * 3);
        actor.Tell("fence", TestActor);

        await ExpectMsgAsync("fence");
    }

    private async Task<IActorRef> StartTimed(Action<ITimerScheduler> start)
    {
        var actor = Sys.ActorOf(Props.Create(() => new Timed(TestActor, start)));
        await Settle(actor);
        return actor;
    }

    // What the actor said before it answers would be in front of the answer.
    private async Task Settle(IActorRef actor)
    {
        actor.Tell("settle", TestActor);
        await ExpectMsgAsync("settled");
    }

    /// <summary>Keeps an actor in a handler, so that the test can put messages behind it.</summary>
    private sealed class BusyWith : IDisposable
    {
        private readonly TaskCompletionSource<string> _order = new();

        public BusyWith(IActorRef actor)
        {
            var begun = new TaskCompletionSource();
            actor.Tell(new Hold(begun, _order.Task), ActorRefs.NoSender);
            Assert.True(begun.Task.Wait(Patience));
        }

        public void End(string order) => _order.TrySetResult(order);

        public void Dispose() => _order.TrySetResult("");
    }

    private sealed class LateStarter : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PostStop() => Timers.StartPeriodicTimer("key", "fired", Interval);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class LateRestarter(IActorRef reader) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreRestart(Exception reason, object message) =>
            Timers.StartPeriodicTimer("key", "fired", Interval);

        protected override void PostRestart(Exception reason) => reader.Tell("restarted", Self);

        protected override void OnReceive(object message)
        {
            if (message is "fail")
                throw new InvalidOperationException("It was told to fail.");
            reader.Tell(message, Self);
        }
    }

    private sealed record Hold(TaskCompletionSource Begun, Task<string> Order) : INoSerializationVerificationNeeded;

    private sealed class Timed(IActorRef reader, Action<ITimerScheduler> start) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => start(Timers);

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Hold hold:
                    hold.Begun.SetResult();
                    hold.Order.Wait(Patience);
                    Obey(hold.Order.Result);
                    break;
                case "fail":
                    throw new InvalidOperationException("It was told to fail.");
                case "is active":
                    Sender.Tell(Timers.IsTimerActive("key"));
                    break;
                case "settle":
                    Sender.Tell("settled");
                    break;
                default:
                    reader.Tell(message);
                    break;
            }
        }

        private void Obey(string order)
        {
            if (order == "cancel") Timers.Cancel("key");
            if (order == "replace") Timers.StartSingleTimer("key", "replaced", Interval);
        }
    }
}
