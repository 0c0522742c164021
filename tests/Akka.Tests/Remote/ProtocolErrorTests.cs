using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using AkkaContract.Configuration;

namespace AkkaContract.Remote;

/// <summary>
/// What breaks the protocol is logged once with the peer's address, and ends the connection that it came on and nothing else.
/// </summary>
public sealed class ProtocolErrorTests : RemoteFixture
{
    [BundledTheory]
    [InlineData("something that is no greeting", "no greeting")]
    [InlineData("another version", "version 7")]
    [InlineData("another system", "Elsewhere")]
    [InlineData("a lane that does not exist", "lane 9")]
    [InlineData("a frame that is too long", "a frame of 200000 bytes")]
    [InlineData("an empty frame", "a frame of 0 bytes")]
    [InlineData("a frame of unknown kind", "kind 77")]
    [InlineData("a frame that ends too early", "shorter than its content")]
    [InlineData("a slot without meaning", "undefined slot")]
    [InlineData("an unknown serializer", "4711")]
    public async Task It_is_logged_once_and_ends_the_connection(string what, string logged)
    {
        var (here, there) = (Start("Here"), Start("There", settings: "akka.loglevel = WARNING"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var (log, losses) = (Subscribe<LogEvent>(there), Subscribe<DisassociatedEvent>(here));

        var peer = await SayAsync(what, AddressOf(there), attempt: 1);
        for (var attempt = 2UL; attempt <= 4; attempt++)
            await SayAsync(what, AddressOf(there), attempt);

        there.EventStream.Publish(new Warning("test", typeof(ProtocolErrorTests), "the end"));
        var line = (await log.NextAsync()).Message.ToString()!;
        Assert.Contains(logged, line, StringComparison.Ordinal);
        Assert.Contains(peer, line, StringComparison.Ordinal);
        Assert.Equal("the end", (await log.NextAsync()).Message.ToString());
        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
        Assert.False(losses.TryNext(out _));
    }

    [BundledFact]
    public async Task A_peer_that_thinks_of_ever_new_errors_does_not_fill_the_log()
    {
        var there = Start("There", settings: "akka.loglevel = WARNING");
        var log = Subscribe<LogEvent>(there);
        using var stranger = await Stranger.GreetAsync(Stranger.AddressAt(1000), uid: 1, AddressOf(there), Stranger.Bulk);

        for (var i = 0; i < 1000; i++)
        {
            await stranger.Socket.SendAsync(Stranger.NameType(slot: 0, serializer: 16, manifest: $"X{i}\n"));
            await stranger.Socket.SendAsync(Stranger.Message(number: 0, "/user/nobody", type: 0, payload: [1]));
        }

        await stranger.Socket.SendAsync(Stranger.Frame(6, _ => { }));
        await stranger.NextAsync(7);
        there.EventStream.Publish(new Warning("test", typeof(ProtocolErrorTests), "the end"));
        var lines = 0;
        for (var line = await log.NextAsync(); line.Message.ToString() != "the end"; line = await log.NextAsync())
        {
            Assert.DoesNotContain('\n', line.Message.ToString()!);
            lines++;
        }

        Assert.InRange(lines, 1, 30);
    }

    /// <summary>Says it, waits until the connection is closed, and returns where it came from.</summary>
    private static async Task<string> SayAsync(string what, Address to, ulong attempt)
    {
        var from = Stranger.AddressAt(1000);
        byte[]? greeting = what switch
        {
            "something that is no greeting" => "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
            "another version" => Stranger.Greeting(from, uid: 1, to, Stranger.Bulk, attempt, version: 7),
            "another system" => Stranger.Greeting(from, uid: 1, to.WithSystem("Elsewhere"), Stranger.Bulk, attempt),
            "a lane that does not exist" => Stranger.Greeting(from, uid: 1, to, lane: 9, attempt),
            _ => null,
        };
        byte[] bytes = what switch
        {
            "a frame that is too long" => Stranger.Frame(claimed: 200_000, kind: 4, body: [1]),
            "an empty frame" => new byte[4],
            "a frame of unknown kind" => Stranger.Frame(77, _ => { }),
            "a frame that ends too early" => Stranger.Frame(5, body => body.Write(1)),
            "a slot without meaning" => Stranger.Message(number: 0, "/user/echo", type: 3, payload: []),
            "an unknown serializer" =>
                [.. Stranger.NameType(slot: 0, serializer: 4711, ""), .. Stranger.Message(number: 0, "/user/echo", type: 0, payload: [])],
            _ => [],
        };
        using var stranger = greeting is null
            ? await Stranger.GreetAsync(from, uid: 1, to, Stranger.Bulk, attempt)
            : await Stranger.ConnectAsync(to);
        var peer = stranger.Socket.LocalEndPoint!.ToString()!;
        await stranger.Socket.SendAsync(greeting ?? bytes);
        await stranger.IsClosedAsync();
        return peer;
    }
}
