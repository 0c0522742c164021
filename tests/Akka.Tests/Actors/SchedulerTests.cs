using Akka.Actor;

namespace AkkaContract.Actors;

/// <summary>The scheduler of a running system. Nothing here depends on how soon something comes, only on whether it does.</summary>
public sealed class SchedulerTests : ActorTests
{
    [Fact]
    public async Task A_message_comes_after_its_delay_and_with_its_sender()
    {
        var sender = CreateTestProbe();
        var start = Sys.Scheduler.MonotonicClock;

        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(200), TestActor, "due", sender.Ref);

        await ExpectMsgAsync("due");
        Assert.Equal(sender.Ref, LastSender);
        Assert.InRange(Sys.Scheduler.MonotonicClock - start, TimeSpan.FromMilliseconds(150), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task A_message_comes_again_and_again_until_it_is_cancelled()
    {
        var again = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TestActor, "again", ActorRefs.NoSender);

        for (var i = 0; i < 5; i++)
            await ExpectMsgAsync("again");
        again.Cancel();
        // One may be on its way; after it there is silence.
        await AwaitAssertAsync(async () => Assert.Null(await ReceiveOneAsync(TimeSpan.FromMilliseconds(100))), Patience);
    }

    [Fact]
    public async Task What_is_cancelled_in_time_does_not_come()
    {
        var cancelled = Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromMinutes(10), TestActor, "never", ActorRefs.NoSender);
        var due = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "neither", ActorRefs.NoSender, due);

        cancelled.Cancel();
        due.Cancel();
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(1500), TestActor, "fence", ActorRefs.NoSender);

        Assert.True(cancelled.IsCancellationRequested);
        await ExpectMsgAsync("fence");
    }

    [Fact]
    public async Task Actions_run_when_they_are_due_in_the_order_of_their_times()
    {
        var ran = new List<int>();
        var all = new TaskCompletionSource();
        foreach (var delay in new[] { 900, 100, 500 })
            Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(delay), () => Ran(delay));

        await all.Task.WaitAsync(Patience);

        Assert.Equal([100, 500, 900], ran);

        void Ran(int delay)
        {
            lock (ran)
            {
                ran.Add(delay);
                if (ran.Count == 3) all.SetResult();
            }
        }
    }

    [Fact]
    public async Task An_action_that_throws_stops_no_other()
    {
        var ran = new TaskCompletionSource();

        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new InvalidOperationException("no"));
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromMilliseconds(50), ran.SetResult);

        await ran.Task.WaitAsync(Patience);
    }
}
