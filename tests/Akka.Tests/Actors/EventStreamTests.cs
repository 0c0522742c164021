using Akka.Actor;
using Akka.Event;

namespace AkkaContract.Actors;

public sealed class EventStreamTests : ActorTests
{
    [Fact]
    public async Task Who_subscribes_to_a_type_gets_its_subtypes()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(News)));
        var others = CreateTestProbe();
        Sys.EventStream.Subscribe<INotice>(others.Ref);

        Sys.EventStream.Publish(new Weather("rain"));
        Sys.EventStream.Publish("something else");
        Sys.EventStream.Publish(new Sport("one nil"));

        await ExpectMsgAsync(new Weather("rain"));
        await ExpectMsgAsync(new Sport("one nil"));
        await others.ExpectMsgAsync(new Sport("one nil"));
    }

    [Fact]
    public async Task Who_unsubscribes_gets_nothing_more()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Weather));
        Sys.EventStream.Subscribe(TestActor, typeof(Sport));

        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Weather)));
        Sys.EventStream.Publish(new Weather("rain"));
        Sys.EventStream.Publish(new Sport("one nil"));
        await ExpectMsgAsync(new Sport("one nil"));

        Assert.True(Sys.EventStream.Unsubscribe(TestActor));
        Sys.EventStream.Publish(new Sport("two nil"));
        TestActor.Tell("fence");
        await ExpectMsgAsync("fence");
    }

    [Fact]
    public async Task Who_subscribes_twice_gets_everything_once()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(News)));
        Assert.False(Sys.EventStream.Subscribe(TestActor, typeof(News)));
        Sys.EventStream.Subscribe(TestActor, typeof(Weather));

        Sys.EventStream.Publish(new Weather("rain"));
        TestActor.Tell("fence");

        await ExpectMsgAsync(new Weather("rain"));
        await ExpectMsgAsync("fence");
    }

    [Fact]
    public async Task Events_of_one_publisher_come_in_order_from_whatever_thread()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Weather));

        await Task.Run(() =>
        {
            for (var i = 0; i < 1_000; i++)
                Sys.EventStream.Publish(new Weather($"{i}"));
        });

        for (var i = 0; i < 1_000; i++)
            await ExpectMsgAsync(new Weather($"{i}"));
    }

    private abstract record News;

    private interface INotice;

    private sealed record Weather(string Text) : News;

    private sealed record Sport(string Text) : News, INotice;
}
