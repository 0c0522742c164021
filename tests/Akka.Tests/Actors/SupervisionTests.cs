using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class SupervisionTests : ActorTests
{
    [Fact]
    public async Task Resuming_keeps_the_state()
    {
        var child = await StartChild(new OneForOneStrategy(_ => Directive.Resume));

        child.Tell("count", TestActor);
        await ExpectMsgAsync(1);
        child.Tell(new InvalidOperationException(), TestActor);
        child.Tell("count", TestActor);

        await ExpectMsgAsync(2);
    }

    [Fact]
    public async Task Restarting_loses_the_state()
    {
        var child = await StartChild(new OneForOneStrategy(_ => Directive.Restart));

        child.Tell("count", TestActor);
        await ExpectMsgAsync(1);
        child.Tell(new InvalidOperationException(), TestActor);
        child.Tell("count", TestActor);

        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task A_decider_sees_what_was_thrown()
    {
        var child = await StartChild(new OneForOneStrategy(error => error switch
        {
            ArithmeticException => Directive.Resume,
            _ => Directive.Stop,
        }));
        Watch(child);

        child.Tell("count", TestActor);
        child.Tell(new DivideByZeroException(), TestActor);
        child.Tell("count", TestActor);
        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
        child.Tell(new InvalidOperationException(), TestActor);

        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task After_too_many_restarts_the_child_is_stopped()
    {
        var child = await StartChild(new OneForOneStrategy(2, TimeSpan.FromMinutes(10), _ => Directive.Restart));
        Watch(child);

        for (var failure = 0; failure < 2; failure++)
        {
            child.Tell(new InvalidOperationException(), TestActor);
            child.Tell("count", TestActor);
            await ExpectMsgAsync(1);
        }

        child.Tell(new InvalidOperationException(), TestActor);
        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task Without_a_limit_a_child_is_restarted_for_ever()
    {
        var child = await StartChild(new OneForOneStrategy(_ => Directive.Restart));

        for (var failure = 0; failure < 50; failure++)
            child.Tell(new InvalidOperationException(), TestActor);
        child.Tell("count", TestActor);

        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task A_strategy_for_all_acts_on_the_siblings_too()
    {
        var parent = StartParent(new AllForOneStrategy(_ => Directive.Restart));
        var first = await parent.Ask<IActorRef>("start", Patience);
        var second = await parent.Ask<IActorRef>("start", Patience);
        second.Tell("count", TestActor);
        await ExpectMsgAsync(1);

        first.Tell(new InvalidOperationException(), TestActor);
        first.Tell("count", TestActor);
        await ExpectMsgAsync(1);

        await AwaitAssertAsync(async () => Assert.Equal(1, await second.Ask<int>("count and forget", Patience)), Patience);
    }

    [Fact]
    public async Task A_failure_is_handed_up_until_somebody_decides()
    {
        var top = new OneForOneStrategy(error =>
        {
            TestActor.Tell(error, ActorRefs.NoSender);
            return Directive.Stop;
        });
        var middle = new OneForOneStrategy(_ => Directive.Escalate);
        var grandparent = Sys.ActorOf(Props.Create(() => new Supervising(top, (context, message) => context.Sender.Tell(
            context.ActorOf(Props.Create(() => new Supervising(middle, StartCounter)), null), ActorRefs.NoSender))));
        var parent = await grandparent.Ask<IActorRef>("start", Patience);
        var child = await parent.Ask<IActorRef>("start", Patience);
        Watch(parent);

        child.Tell(new DivideByZeroException(), TestActor);

        await ExpectMsgAsync<DivideByZeroException>();
        await ExpectTerminatedAsync(parent);
    }

    [Fact]
    public async Task By_default_a_failure_restarts_and_a_kill_stops()
    {
        var child = await StartChild(SupervisorStrategy.DefaultStrategy);
        Watch(child);

        child.Tell("count", TestActor);
        child.Tell(new InvalidOperationException(), TestActor);
        child.Tell("count", TestActor);
        await ExpectMsgAsync(1);
        await ExpectMsgAsync(1);
        child.Tell(Kill.Instance, TestActor);

        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task A_kill_is_a_failure_that_the_parent_sees()
    {
        var child = await StartChild(new OneForOneStrategy(error =>
        {
            TestActor.Tell(error, ActorRefs.NoSender);
            return Directive.Resume;
        }));

        child.Tell(Kill.Instance, TestActor);
        await ExpectMsgAsync<ActorKilledException>();

        child.Tell("count", TestActor);
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task A_poison_pill_waits_its_turn()
    {
        var child = await StartChild(SupervisorStrategy.DefaultStrategy);
        Watch(child);

        child.Tell("count", TestActor);
        child.Tell("count", TestActor);
        child.Tell(PoisonPill.Instance, TestActor);

        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
        await ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task A_stopped_parent_stops_its_children_first()
    {
        var parent = StartParent(SupervisorStrategy.DefaultStrategy);
        var child = await parent.Ask<IActorRef>("start", Patience);
        Watch(child);
        Watch(parent);

        Sys.Stop(parent);

        await ExpectTerminatedAsync(child);
        await ExpectTerminatedAsync(parent);
    }

    private static void StartCounter(IUntypedActorContext context, object message) =>
        context.Sender.Tell(context.ActorOf(Props.Create(() => new Counter())), context.Self);

    private static Props Parent(SupervisorStrategy strategy) => Props.Create(() => new Supervising(strategy, StartCounter));

    private IActorRef StartParent(SupervisorStrategy strategy) => Sys.ActorOf(Parent(strategy));

    private Task<IActorRef> StartChild(SupervisorStrategy strategy) => StartParent(strategy).Ask<IActorRef>("start", Patience);

    private sealed class Counter : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            if (message is Exception error) throw error;
            Sender.Tell(++_count);
            if (message is "count and forget") _count = 0;
        }
    }
}
