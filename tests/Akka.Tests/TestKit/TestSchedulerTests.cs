using Akka.Actor;
using Akka.TestKit;

namespace AkkaContract.Testing;

public sealed class TestSchedulerTests() : KitTests("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Nothing_happens_while_time_stands_still()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(1), TestActor, "due", ActorRefs.NoSender);

        ExpectNoMsg(Moment);
    }

    [Fact]
    public void What_is_due_comes_with_the_time()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(2), TestActor, "two", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "one", ActorRefs.NoSender);

        Scheduler.Advance(TimeSpan.FromSeconds(3));

        ExpectMsg("one");
        ExpectMsg("two");
    }

    [Fact]
    public void What_repeats_comes_once_each_time_that_the_clock_is_moved_by_its_interval_or_more()
    {
        Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromSeconds(1), TestActor, "tick", ActorRefs.NoSender);

        foreach (var seconds in new[] { 0, 1, 0.5, 0.5, 3, 1 })
            Scheduler.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(5, ReceiveN(5).Count);
        Assert.False(HasMessages);
    }

    [Fact]
    public void What_is_cancelled_does_not_come()
    {
        var cancelled = Sys.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromSeconds(1), TestActor, "never", ActorRefs.NoSender);

        cancelled.Cancel();
        Scheduler.Advance(TimeSpan.FromSeconds(2));

        Assert.False(HasMessages);
    }

    [Fact]
    public void Actions_run_too()
    {
        var ran = 0;
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.FromSeconds(1), () => ran++);
        Sys.Scheduler.Advanced.ScheduleRepeatedly(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), () => ran += 10);

        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(21, ran);
    }

    [Fact]
    public void Its_clock_is_moved_with_it()
    {
        var before = Scheduler.Now;

        Scheduler.Advance(TimeSpan.FromHours(1));
        Scheduler.AdvanceTo(before + TimeSpan.FromHours(2));

        Assert.Equal(before + TimeSpan.FromHours(2), Scheduler.Now);
    }

    [Fact]
    public async Task The_timeout_of_a_question_does_not_depend_on_it()
    {
        var silent = CreateTestProbe();

        await Assert.ThrowsAsync<AskTimeoutException>(() => silent.Ref.Ask<string>("?", Moment));
    }
}
