namespace AkkaContract.Testing;

/// <summary>Each way to say what one message should be: what compiles, which overload it is, and that it can fail.</summary>
public sealed class ExpectMsgTests : KitTests
{
    [Fact]
    public void By_type()
    {
        Send(1, 2, "three");

        Assert.Equal(1, ExpectMsg<int>());
        Assert.Equal(2, ExpectMsg<int>(Patience));
        Assert.Equal("three", ExpectMsg<string>(Patience, "a word"));
        Send("four");
        Fails(() => ExpectMsg<int>());
    }

    [Fact]
    public void By_value()
    {
        Send(1, "two", new Point(3, 3));

        ExpectMsg(1);
        ExpectMsg("two", Patience);
        ExpectMsg(new Point(3, 3), Patience, "a point");
        Send(4, "five");
        Fails(() => ExpectMsg(5));
        Fails(() => ExpectMsg("six", hint: "a six"));
    }

    [Fact]
    public void By_a_condition()
    {
        Send(1, 2, "three");

        Assert.Equal(1, ExpectMsg<int>(number => number == 1));
        ExpectMsg<int>(number => number > 1, Patience);
        ExpectMsg<string>(word => word.StartsWith("th", StringComparison.Ordinal), hint: "three");
        Send(4, 5);
        Fails(() => ExpectMsg<int>(number => number > 4));
        Fails(() => ExpectMsg<string>(_ => true));
    }

    [Fact]
    public void By_a_condition_on_message_and_sender()
    {
        Send(1, 2);

        ExpectMsg<int>((number, sender) => number == 1 && sender.Equals(TestActor));
        Fails(() => ExpectMsg<int>((_, sender) => sender.Equals(Sys.DeadLetters)));
    }

    [Fact]
    public void By_an_assertion()
    {
        Send(1, 2, 3);

        ExpectMsg<int>(number => Assert.Equal(1, number));
        ExpectMsg<int>(number => Assert.Equal(2, number), Patience);
        Fails(() => ExpectMsg<int>(number => Assert.Equal(4, number)));
    }

    [Fact]
    public void By_an_assertion_on_message_and_sender()
    {
        Send(1, 2);

        ExpectMsg<int>((number, sender) => Assert.Equal((1, TestActor), (number, sender)));
        Fails(() => ExpectMsg<int>((_, sender) => Assert.Equal(Sys.DeadLetters, sender)));
    }

    [Fact]
    public void By_a_comparison()
    {
        Send("ONE", "TWO");

        Assert.Equal("ONE", ExpectMsg("one", (a, b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase)));
        Fails(() => ExpectMsg("one", (a, b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task In_async_tests()
    {
        Send(1, 2, 3, 4, 5, 6, "seven");

        Assert.Equal(1, await ExpectMsgAsync<int>());
        await ExpectMsgAsync(2);
        await ExpectMsgAsync<int>(number => number == 3);
        await ExpectMsgAsync<int>(number => Assert.Equal(4, number));
        await ExpectMsgAsync<int>((number, sender) => number == 5 && sender.Equals(TestActor));
        await ExpectMsgAsync<int>((number, sender) => Assert.Equal((6, TestActor), (number, sender)));
        await ExpectMsgAsync("SEVEN", (a, b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase));
        Send(8);
        await FailsAsync(async () => await ExpectMsgAsync(9));
        await FailsAsync(async () => await ExpectMsgAsync<int>(Moment));
    }

    [Fact]
    public void From_a_sender()
    {
        var other = CreateTestProbe();
        foreach (var number in Enumerable.Range(1, 6))
            TestActor.Tell(number, other.Ref);

        ExpectMsgFrom<int>(other.Ref);
        ExpectMsgFrom(other.Ref, 2);
        ExpectMsgFrom<int>(other.Ref, number => number == 3);
        ExpectMsgFrom<int>(other.Ref, number => Assert.Equal(4, number));
        ExpectMsgFrom<int>(sender => sender.Equals(other.Ref), number => number == 5);
        Fails(() => ExpectMsgFrom<int>(TestActor));
    }

    [Fact]
    public void Of_the_end_of_an_actor()
    {
        var actor = StartEcho();
        Watch(actor);
        Sys.Stop(actor);

        Assert.Equal(actor, ExpectTerminated(actor).ActorRef);
        Send("something else");
        Fails(() => ExpectTerminated(actor));
    }

    [Fact]
    public void The_last_message_and_its_sender_are_remembered()
    {
        var echo = StartEcho();
        echo.Tell("hello", TestActor);

        ExpectMsg("hello");

        Assert.Equal("hello", LastMessage);
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public void A_wait_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource(Moment);

        Assert.ThrowsAny<OperationCanceledException>(() => ExpectMsg<int>(cancellationToken: cancel.Token));
    }

    private void Send(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message, TestActor);
    }

    private sealed record Point(int X, int Y);
}
