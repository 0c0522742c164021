using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class AsyncHandlerTests : ActorTests
{
    [Fact]
    public async Task No_message_is_handled_while_a_handler_awaits()
    {
        var go = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(go.Task, TestActor)));

        actor.Tell("await", TestActor);
        actor.Tell(1, TestActor);
        await ExpectMsgAsync("before");
        // System messages are handled nevertheless: the watch is in force when this returns.
        Watch(actor);
        go.SetResult();

        await ExpectMsgAsync("after");
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task The_sender_and_the_context_are_there_after_an_await()
    {
        var other = CreateTestProbe();
        var go = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(go.Task, TestActor)));

        actor.Tell("await", other.Ref);
        actor.Tell(1, TestActor);
        await Task.Run(go.SetResult);

        await other.ExpectMsgAsync("before");
        await other.ExpectMsgAsync("after");
        Assert.Equal(actor, other.LastSender);
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task An_exception_after_an_await_goes_to_the_parent()
    {
        var strategy = new OneForOneStrategy(error =>
        {
            TestActor.Tell(error, ActorRefs.NoSender);
            return Directive.Restart;
        });
        var parent = Sys.ActorOf(Props.Create(() => new Supervising(strategy, (context, _) => context.Sender.Tell(
            context.ActorOf(Props.Create(() => new Awaiting(Task.CompletedTask, TestActor)), null), ActorRefs.NoSender))));
        var actor = await parent.Ask<IActorRef>("start", Patience);

        actor.Tell("fail", TestActor);
        actor.Tell(1, TestActor);

        Assert.Equal("after an await", (await ExpectMsgAsync<InvalidOperationException>()).Message);
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task A_handler_that_awaits_many_times_runs_to_its_end()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(Task.CompletedTask, TestActor)));

        actor.Tell("loop", TestActor);
        actor.Tell(1, TestActor);

        await ExpectMsgAsync(100);
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task An_actor_that_awaits_can_be_stopped_and_ends_when_the_handler_has()
    {
        var go = new TaskCompletionSource();
        var actor = Sys.ActorOf(Props.Create(() => new Awaiting(go.Task, TestActor)));
        Watch(actor);

        actor.Tell("await", TestActor);
        await ExpectMsgAsync("before");
        Sys.Stop(actor);
        go.SetResult();

        await FishForMessageAsync(message => message is Terminated);
    }

    private sealed class Awaiting : ReceiveActor
    {
        public Awaiting(Task go, IActorRef reader)
        {
            ReceiveAsync<string>(word => word == "await", async _ =>
            {
                Sender.Tell("before");
                await go;
                Sender.Tell("after");
            });
            ReceiveAsync<string>(word => word == "fail", async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("after an await");
            });
            ReceiveAsync<string>(async _ =>
            {
                var turns = 0;
                for (; turns < 100; turns++)
                    await Task.Yield();
                Sender.Tell(turns);
            });
            Receive<int>(number => reader.Tell(number));
        }
    }
}
