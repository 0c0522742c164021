using Akka.Actor;
using Akka.Event;
using AkkaContract.Configuration;

namespace AkkaContract.Remote;

public sealed class RemoteMessagingTests : RemoteFixture
{
    [Fact]
    public async Task An_ask_is_answered_across_the_network()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");

        Assert.Equal("hello", await Selection(here, AddressOf(there), "echo").Ask<string>("hello", Patience));
        var echo = await ResolveAsync(here, there, "echo");
        Assert.Equal(AddressOf(there), echo.Path.Address);
        Assert.Equal(42, await echo.Ask<int>(42, Patience));
    }

    [Fact]
    public async Task Ten_thousand_messages_arrive_in_order()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var mail = new Mail<int>();
        there.ActorOf(Collector.Of(mail), "collector");
        var collector = await ResolveAsync(here, there, "collector");

        for (var i = 0; i < 10_000; i++)
            collector.Tell(i, ActorRefs.NoSender);

        for (var i = 0; i < 10_000; i++)
            Assert.Equal(i, await mail.NextAsync());
    }

    [Fact]
    public async Task An_actor_that_blocks_holds_up_no_other_that_gets_mail_over_the_same_connection()
    {
        var (here, there) = (Start("Here"), Start("There"));
        using var release = new SemaphoreSlim(0);
        var mail = new Mail<object>();
        Action<object> take = message =>
        {
            mail.Add(message);
            if (message is int)
                Assert.True(release.Wait(Patience));
        };
        there.ActorOf(Props.Create(() => new Collector(take)), "blocker");
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var blocker = await ResolveAsync(here, there, "blocker");
        var echo = await ResolveAsync(here, there, "echo");

        for (var i = 0; i < 3; i++)
        {
            blocker.Tell(i, ActorRefs.NoSender);
            Assert.Equal(i, await mail.NextAsync());
            blocker.Tell("waits", ActorRefs.NoSender);
            Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
            release.Release();
            Assert.Equal("waits", await mail.NextAsync());
        }
    }

    [Fact]
    public async Task A_message_to_an_actor_that_is_not_there_becomes_a_dead_letter_over_there()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var deadLetters = Subscribe<DeadLetter>(there);

        Selection(here, AddressOf(there), "nobody").Tell("lost", ActorRefs.NoSender);

        Assert.Equal("lost", (await deadLetters.NextAsync(letter => letter.Message is "lost")).Message);
    }

    [Fact]
    public async Task An_actor_of_the_same_name_gets_mail_by_path_but_not_that_for_its_predecessor()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var deadLetters = Subscribe<DeadLetter>(there);
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var first = await ResolveAsync(here, there, "echo");
        Assert.True(await first.GracefulStop(Patience));
        there.ActorOf(Props.Create(() => new Echo()), "echo");

        first.Tell("for the first", ActorRefs.NoSender);

        await deadLetters.NextAsync(letter => letter.Message is "for the first");
        Assert.Equal("hello", await Selection(here, AddressOf(there), "echo").Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task A_message_over_the_frame_size_is_refused_with_an_error_and_the_next_one_arrives()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var errors = Subscribe<Error>(here);

        echo.Tell(new byte[200_000], ActorRefs.NoSender);
        var answer = await echo.Ask<byte[]>(new byte[100_000], Patience);

        Assert.Equal(100_000, answer.Length);
        await errors.NextAsync();
    }

    [BundledFact]
    public async Task A_message_that_fills_a_frame_passes_a_queue_that_is_smaller()
    {
        const int frame = 100_000;
        const int header = 7;
        var settings = $"akka.remote {{ dot-netty.tcp.maximum-frame-size = {frame}b, outgoing-queue.bytes-max = 50000b }}";
        var (here, there) = (Start("Here", settings: settings), Start("There", settings: settings));
        var mail = new Mail<byte[]>();
        there.ActorOf(Collector.Of(mail), "collector");
        var collector = await ResolveAsync(here, there, "collector");
        var errors = Subscribe<Error>(here);

        collector.Tell(new byte[frame - header], ActorRefs.NoSender);
        Assert.Equal(frame - header, (await mail.NextAsync()).Length);
        Assert.False(errors.TryNext(out _));

        collector.Tell(new byte[frame - header + 1], ActorRefs.NoSender);
        await errors.NextAsync();
    }

    [Fact]
    public async Task A_message_for_another_system_name_reaches_nobody_and_hurts_nobody()
    {
        var (here, there) = (Start("Here"), Start("There"));
        var mail = new Mail<string>();
        there.ActorOf(Collector.Of(mail), "collector");
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var address = AddressOf(there);

        Selection(here, address.WithSystem("Elsewhere"), "collector").Tell("misdirected", ActorRefs.NoSender);

        Assert.Equal("hello", await AskUntilAnsweredAsync<string>(Selection(here, address, "echo"), "hello"));
        Selection(here, address, "collector").Tell("directed", ActorRefs.NoSender);
        Assert.Equal("directed", await mail.NextAsync());
    }
}
