using Akka.Actor;
using Akka.TestKit;

namespace AkkaContract.Testing;

public sealed class ImplicitSenderTests : KitTests
{
    [Fact]
    public void A_test_sends_as_its_test_actor()
    {
        StartEcho().Tell("hello");

        ExpectMsg("hello");
    }

    [Fact]
    public async Task It_does_so_after_each_kind_of_await()
    {
        var echo = StartEcho();

        await Task.Yield();
        echo.Tell("yield");
        await ExpectMsgAsync("yield");
        echo.Tell("expect");
        await ExpectMsgAsync("expect");
        await Task.Delay(1);
        echo.Tell("delay");
        await ExpectMsgAsync("delay");
        await Task.Run(() => { });
        echo.Tell("run");
        await ExpectMsgAsync("run");
        await AwaitConditionAsync(() => true);
        echo.Tell("condition");
        await ExpectMsgAsync("condition");
        await WithinAsync(Patience, () =>
        {
            echo.Tell("within");
            return ExpectMsgAsync("within").AsTask();
        });
    }

    [Fact]
    public async Task Two_waits_at_once_both_come_back()
    {
        var echo = StartEcho();
        var probe = CreateTestProbe();

        var own = ExpectMsgAsync("own").AsTask();
        var other = probe.ExpectMsgAsync("other").AsTask();
        probe.Send(echo, "other");
        echo.Tell("own");

        await Task.WhenAll(own, other);
    }
}

public sealed class NoImplicitSenderTests : KitTests, INoImplicitSender
{
    [Fact]
    public void A_test_that_does_not_want_it_sends_as_nobody() =>
        EventFilter.DeadLetter<string>(message => message == "hello").ExpectOne(() => StartEcho().Tell("hello"));

    [Fact]
    public void Nor_does_it_send_as_the_test_actor_of_a_test_before_it_on_the_same_thread()
    {
        using var before = new ImplicitSenderTests();
        using var kit = new NoImplicitSenderTests();

        kit.A_test_that_does_not_want_it_sends_as_nobody();
    }
}
