using System.Collections;

namespace AkkaContract.Testing;

public sealed class SeveralMessagesTests : KitTests
{
    [Fact]
    public async Task All_of_them_in_any_order()
    {
        Send(3, 1, 2);
        Assert.Equal([3, 1, 2], ExpectMsgAllOf(1, 2, 3));
        Send(3, 1, 2);
        ExpectMsgAllOf(Patience, 1, 2, 3);
        Send(3, 1, 2);
        ExpectMsgAllOf(new[] { 1, 2, 3 });
        Send(2, 1);
        var all = new List<int>();
        await foreach (var number in ExpectMsgAllOfAsync(new[] { 1, 2 }))
            all.Add(number);
        Assert.Equal([2, 1], all);

        Send(1, 4);
        Fails(() => ExpectMsgAllOf(1, 2));
    }

    [Fact]
    public async Task One_of_them()
    {
        Send(3, 2, 4);

        Assert.Equal(3, ExpectMsgAnyOf([1, 2, 3]));
        Assert.Equal(2, await ExpectMsgAnyOfAsync([1, 2, 3]));
        Fails(() => ExpectMsgAnyOf([1, 2, 3]));
    }

    [Fact]
    public async Task So_many()
    {
        Send(1, "two", 3.0, 4);

        Assert.Equal([1, "two"], ReceiveN(2));
        Assert.Equal([3.0], ReceiveN(1, Patience));
        var rest = new List<object>();
        await foreach (var message in ReceiveNAsync(1))
            rest.Add(message);
        Assert.Equal([4], rest);
        Send(5);
        Fails(() => ReceiveN(2, Moment));
    }

    [Fact]
    public async Task The_first_that_fits()
    {
        Send(1, "two", 3, "four", 5);

        Assert.Equal("two", FishForMessage(message => message is string));
        Assert.Equal("four", FishForMessage<string>(_ => true));
        Assert.Equal(5, await FishForMessageAsync<int>(number => number == 5));

        Send(6, 7, "eight");
        var others = new ArrayList();
        FishForMessage<string>(_ => true, others);
        Assert.Equal(new object[] { 6, 7 }, others.ToArray());

        Send(9);
        Fails(() => FishForMessage(message => message is string, Moment));
    }

    private void Send(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message, TestActor);
    }
}
