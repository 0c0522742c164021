using Akka.Actor;

namespace AkkaContract.Actors;

/// <summary>Dispatchers that have threads of their own, by configuration.</summary>
public sealed class DispatcherTests() : ActorTests(
    """
    one-thread {
      type = ForkJoinDispatcher
      throughput = 10
      dedicated-thread-pool.thread-count = 1
    }
    two-threads {
      type = ForkJoinDispatcher
      throughput = 10
      dedicated-thread-pool.thread-count = 2
    }
    pinned.type = PinnedDispatcher
    """)
{
    [Fact]
    public void Actors_of_a_dispatcher_with_one_thread_share_it()
    {
        var first = StartOn("one-thread", (actor, _) => actor.From.Tell(Environment.CurrentManagedThreadId, actor.Me));
        var second = StartOn("one-thread", (actor, _) => actor.From.Tell(Environment.CurrentManagedThreadId, actor.Me));

        first.Tell("where?", TestActor);
        var thread = ExpectMsg<int>();
        second.Tell("where?", TestActor);

        ExpectMsg(thread);
    }

    [Fact]
    public void Two_actors_of_a_dispatcher_with_two_threads_run_at_once()
    {
        using var meeting = new Barrier(2);
        Action<Scripted, object> meet = (actor, _) => actor.From.Tell(meeting.SignalAndWait(Patience), actor.Me);
        var first = StartOn("two-threads", meet);
        var second = StartOn("two-threads", meet);

        first.Tell("meet", TestActor);
        second.Tell("meet", TestActor);

        ExpectMsg(true);
        ExpectMsg(true);
    }

    [Theory]
    [InlineData("one-thread")]
    [InlineData("two-threads")]
    [InlineData("pinned")]
    public void Many_messages_between_many_actors_all_arrive_in_order(string dispatcher)
    {
        const int actors = 10;
        const int messages = 2_000;
        var last = Enumerable.Range(0, actors).Select(i => StartOn(dispatcher, CheckOrder(TestActor, messages))).ToArray();
        var first = last.Select(next => StartOn(dispatcher, (_, message) => next.Tell(message))).ToArray();

        for (var message = 0; message < messages; message++)
        {
            foreach (var actor in first)
                actor.Tell(message);
        }

        for (var i = 0; i < actors; i++)
            ExpectMsg("in order");
    }

    [Fact]
    public void A_pinned_actor_that_blocks_holds_up_no_other()
    {
        using var release = new ManualResetEventSlim();
        var blocked = Enumerable.Range(0, 8).Select(_ => StartOn("pinned", (_, _) => release.Wait(Patience))).ToArray();
        var free = StartOn("pinned", (actor, message) => actor.From.Tell(message, actor.Me));
        foreach (var actor in blocked)
            actor.Tell("block");

        free.Tell("hello", TestActor);

        ExpectMsg("hello");
        release.Set();
    }

    private static Action<Scripted, object> CheckOrder(IActorRef witness, int messages)
    {
        var expected = 0;
        return (_, message) =>
        {
            if (message is not int number || number != expected++)
                witness.Tell($"{message} instead of {expected - 1}");
            else if (expected == messages)
                witness.Tell("in order");
        };
    }

    private IActorRef StartOn(string dispatcher, Action<Scripted, object> handle) => Sys.ActorOf(Script(handle).WithDispatcher(dispatcher));
}
