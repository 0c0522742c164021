using Akka.Actor;
using Akka.TestKit;

namespace AkkaContract.Actors;

/// <summary>Silence that an actor is told of, under a scheduler whose time the test moves.</summary>
public sealed class ReceiveTimeoutTests() : ActorTests("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task After_enough_silence_the_actor_is_told()
    {
        var actor = await StartWaiting();

        Scheduler.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(0, await Timeouts(actor));
        await AdvanceUntilTold(actor);
    }

    [Fact]
    public async Task A_message_starts_the_wait_anew()
    {
        var actor = await StartWaiting();

        Scheduler.Advance(TimeSpan.FromSeconds(6));
        actor.Tell("something", TestActor);
        // The answer to the second question comes when the first message is done with altogether.
        await Timeouts(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(0, await Timeouts(actor));
        await AdvanceUntilTold(actor);
    }

    [Fact]
    public async Task Some_messages_do_not_count()
    {
        var actor = await StartWaiting();

        for (var second = 0; second < 9; second++)
        {
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(0, await Timeouts(actor));
        }

        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await AwaitAssertAsync(async () => Assert.Equal(1, await Timeouts(actor)), Patience);
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        var actor = await StartWaiting();

        actor.Tell("off", TestActor);
        await Timeouts(actor);
        Scheduler.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, await Timeouts(actor));
    }

    private async Task<IActorRef> StartWaiting()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Waiting()));
        await Timeouts(actor);
        return actor;
    }

    private static Task<int> Timeouts(IActorRef actor) => actor.Ask<int>(new HowMany(), Patience);

    private Task AdvanceUntilTold(IActorRef actor) => AwaitAssertAsync(
        async () =>
        {
            Scheduler.Advance(TimeSpan.FromSeconds(1));
            Assert.InRange(await Timeouts(actor), 1, int.MaxValue);
        },
        Patience);

    private sealed record HowMany : INotInfluenceReceiveTimeout;

    private sealed class Waiting : ReceiveActor
    {
        private int _timeouts;

        public Waiting()
        {
            Receive<ReceiveTimeout>(_ => _timeouts++);
            Receive<HowMany>(_ => Sender.Tell(_timeouts));
            Receive<string>(word =>
            {
                if (word == "off") SetReceiveTimeout(null);
            });
        }

        protected override void PreStart() => SetReceiveTimeout(TimeSpan.FromSeconds(10));
    }
}
