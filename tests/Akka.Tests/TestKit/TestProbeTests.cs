using Akka.Actor;
using Akka.TestKit;

namespace AkkaContract.Testing;

public sealed class TestProbeTests : KitTests
{
    [Fact]
    public void It_sends_and_expects_on_its_own()
    {
        var probe = CreateTestProbe();
        var echo = StartEcho();

        probe.Send(echo, "hello");

        probe.ExpectMsg("hello");
        Assert.Equal(echo, probe.Sender);
        Assert.False(HasMessages);
    }

    [Fact]
    public void It_replies_to_the_last_sender()
    {
        var probe = CreateTestProbe();
        probe.Ref.Tell("question", TestActor);

        probe.ExpectMsg("question");
        probe.Reply("answer");

        ExpectMsg("answer");
        Assert.Equal(probe.Ref, LastSender);
    }

    [Fact]
    public void It_forwards_the_last_message_or_another_with_its_sender()
    {
        var probe = CreateTestProbe();
        var target = CreateTestProbe();
        probe.Ref.Tell("letter", TestActor);
        probe.ExpectMsg("letter");

        probe.Forward(target.Ref);
        target.ExpectMsg("letter");
        Assert.Equal(TestActor, target.Sender);
        probe.Forward(target.Ref, "another");
        target.ExpectMsg("another");
        Assert.Equal(TestActor, target.Sender);
    }

    [Fact]
    public void It_stands_for_its_actor()
    {
        var probe = CreateTestProbe("named");

        ICanTell recipient = probe;
        recipient.Tell("to the probe", TestActor);
        probe.ExpectMsg("to the probe");
        StartEcho().Tell("from the probe", probe);
        probe.ExpectMsg("from the probe");
        Assert.Equal("named", probe.Ref.Path.Name);
    }

    [Fact]
    public void It_watches()
    {
        var probe = CreateTestProbe();
        var actor = StartEcho();

        probe.Watch(actor);
        Sys.Stop(actor);

        probe.ExpectTerminated(actor);
    }

    [Fact]
    public void It_no_longer_watches()
    {
        var probe = CreateTestProbe();
        var actor = StartEcho();

        probe.Watch(actor);
        probe.Unwatch(actor);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        probe.Ref.Tell("fence", TestActor);

        probe.ExpectMsg("fence");
    }

    [Fact]
    public void An_auto_pilot_answers_until_it_hands_over()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"{message}!", probe.Ref);
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));

        foreach (var message in new[] { "first", "last", "too late" })
            probe.Ref.Tell(message, TestActor);

        ExpectMsg("first!");
        ExpectMsg("last!");
        // All of it is in the probe's queue nevertheless.
        probe.ExpectMsg("first");
        probe.ExpectMsg("last");
        probe.ExpectMsg("too late");
        Assert.False(HasMessages);
    }

    [Fact]
    public void An_auto_pilot_may_name_the_next()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, _) =>
        {
            sender.Tell("first pilot", probe.Ref);
            return new DelegateAutoPilot((next, _) =>
            {
                next.Tell("second pilot", probe.Ref);
                return AutoPilot.NoAutoPilot;
            });
        }));

        for (var i = 0; i < 3; i++)
            probe.Ref.Tell(i, TestActor);

        ExpectMsg("first pilot");
        ExpectMsg("second pilot");
        probe.ReceiveN(3);
        Assert.False(HasMessages);
    }

    [Fact]
    public void A_message_is_there_when_the_teller_goes_on()
    {
        var probe = CreateTestProbe();

        probe.Ref.Tell("hello", TestActor);

        Assert.True(probe.HasMessages);
    }

    [Fact]
    public void Probes_have_queues_of_their_own()
    {
        var first = CreateTestProbe();
        var second = CreateTestProbe();

        first.Ref.Tell(1, TestActor);
        second.Ref.Tell(2, TestActor);

        second.ExpectMsg(2);
        first.ExpectMsg(1);
        Assert.NotEqual(first.Ref, second.Ref);
    }
}
