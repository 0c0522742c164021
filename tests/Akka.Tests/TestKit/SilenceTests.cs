using Akka.Actor;

namespace AkkaContract.Testing;

public sealed class SilenceTests : KitTests
{
    [Fact]
    public async Task Silence_passes()
    {
        ExpectNoMsg(Moment);
        ExpectNoMsg(100);
        await ExpectNoMsgAsync(Moment);
        await ExpectNoMsgAsync(100);
        Assert.Null(ReceiveOne(Moment));
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task A_message_breaks_the_silence()
    {
        TestActor.Tell("one");
        Fails(() => ExpectNoMsg(Patience));
        TestActor.Tell("two");
        await FailsAsync(async () => await ExpectNoMsgAsync(Patience));
    }

    [Fact]
    public void Within_a_block_silence_is_expected_for_the_rest_of_it() => Within(Moment, () => ExpectNoMsg());

    [Fact]
    public void Messages_can_be_ignored()
    {
        IgnoreMessages(message => message is int);
        TestActor.Tell(1);
        TestActor.Tell("two");
        ExpectMsg("two");

        IgnoreMessages<string>(word => word == "three");
        TestActor.Tell("three");
        TestActor.Tell(4);
        ExpectMsg(4);

        IgnoreMessages<int>();
        TestActor.Tell(5);
        TestActor.Tell("six");
        ExpectMsg("six");

        IgnoreNoMessages();
        TestActor.Tell(7);
        ExpectMsg(7);
    }
}
