using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class PipeToTests : ActorTests
{
    private readonly InvalidOperationException _error = new("no");

    [Fact]
    public async Task The_result_of_a_task_becomes_a_message()
    {
        await Task.FromResult("done").PipeTo(TestActor, sender: ActorRefs.Nobody);
        await ExpectMsgAsync("done");

        await Task.FromResult(3).PipeTo(TestActor, success: number => $"{number} of them");
        await ExpectMsgAsync("3 of them");

        await Task.CompletedTask.PipeTo(TestActor, success: () => "finished");
        await ExpectMsgAsync("finished");
    }

    [Fact]
    public async Task An_exception_becomes_a_failure()
    {
        await Task.FromException<string>(_error).PipeTo(TestActor);
        Assert.Same(_error, Innermost((await ExpectMsgAsync<Status.Failure>()).Cause));

        await Task.FromException(_error).PipeTo(TestActor, failure: error => $"failed: {Innermost(error).Message}");
        await ExpectMsgAsync("failed: no");
    }

    [Fact]
    public async Task A_cancellation_becomes_a_failure()
    {
        await Task.FromCanceled<string>(new CancellationToken(true)).PipeTo(TestActor);

        Assert.IsAssignableFrom<OperationCanceledException>(Innermost((await ExpectMsgAsync<Status.Failure>()).Cause));
    }

    [Fact]
    public async Task The_result_comes_from_whom_one_names()
    {
        var other = CreateTestProbe();

        await Task.FromResult("done").PipeTo(TestActor, other.Ref);

        await ExpectMsgAsync("done");
        Assert.Equal(other.Ref, LastSender);
    }

    [Fact]
    public async Task The_result_comes_from_nobody_when_none_is_named()
    {
        var result = new TaskCompletionSource<string>();
        var actor = Start((self, message) =>
        {
            if (message is "start") result.Task.PipeTo(TestActor);
        });

        actor.Tell("start", TestActor);
        result.SetResult("done");

        await ExpectMsgAsync("done");
        Assert.NotEqual(actor, LastSender);
    }

    [Fact]
    public async Task An_actor_goes_on_while_it_waits_for_its_own_task()
    {
        var result = new TaskCompletionSource<int>();
        var actor = Start((self, message) =>
        {
            if (message is "start") result.Task.PipeTo(self.Me, self.From);
            else self.From.Tell(message);
        });

        actor.Tell("start", TestActor);
        actor.Tell("meanwhile", TestActor);
        await ExpectMsgAsync("meanwhile");
        result.SetResult(7);

        await ExpectMsgAsync(7);
    }

    private static Exception Innermost(Exception error) => error is AggregateException many ? many.Flatten().InnerExceptions[0] : error;
}
