using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Remote;
using AkkaContract.Configuration;

namespace AkkaContract.Remote;

/// <summary>Watches and their answers arrive once, whatever is lost on the way; when they cannot arrive, both sides are told.</summary>
public sealed class SystemMessageTests : RemoteFixture
{
    private const int SystemSerializer = 22;
    private const string WatchManifest = "W";

    [BundledFact]
    public async Task A_system_message_whose_acknowledgement_was_lost_is_not_carried_out_twice()
    {
        var there = Start("There");
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var from = Stranger.AddressAt(((IPEndPoint)listener.LocalEndpoint).Port);
        using (var first = await WatcherAsync(from, there, attempt: 1))
        {
            await first.Socket.SendAsync(Watch(1, from, there, "first"));
            Assert.Equal(1UL, Number(await first.NextAsync(Stranger.Ack)));
        }

        // As if the acknowledgement had not come: everything is said again, on the next connection.
        using var second = await WatcherAsync(from, there, attempt: 2);
        await second.Socket.SendAsync(Watch(1, from, there, "first"));
        Assert.Equal(1UL, Number(await second.NextAsync(Stranger.Ack)));
        await second.Socket.SendAsync(Watch(2, from, there, "second"));
        Assert.Equal(2UL, Number(await second.NextAsync(Stranger.Ack)));

        // Who watches somebody who is not there is told so, each time.
        using var answers = await Stranger.WelcomeAsync(listener, uid: 7);
        Assert.Contains("first", Encoding.UTF8.GetString(await answers.NextAsync(Stranger.SystemMessage)), StringComparison.Ordinal);
        Assert.Contains("second", Encoding.UTF8.GetString(await answers.NextAsync(Stranger.SystemMessage)), StringComparison.Ordinal);
        listener.Stop();
    }

    [BundledFact]
    public async Task A_system_message_that_is_not_acknowledged_is_sent_again_under_the_same_number()
    {
        var there = Start(
            "There",
            settings: "akka.remote { resend-interval = 200ms, transport-failure-detector.heartbeat-interval = 200ms }");
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var from = Stranger.AddressAt(((IPEndPoint)listener.LocalEndpoint).Port);
        using var watcher = await WatcherAsync(from, there, attempt: 1);
        await watcher.Socket.SendAsync(Watch(1, from, there, "first"));

        using var answers = await Stranger.WelcomeAsync(listener, uid: 7);
        var once = await answers.NextAsync(Stranger.SystemMessage);
        var again = await answers.NextAsync(Stranger.SystemMessage);

        Assert.Equal(1UL, Number(once));
        Assert.Equal(once, again);
        listener.Stop();
    }

    [BundledFact]
    public async Task A_system_message_that_cannot_be_read_does_not_hold_up_the_next_ones()
    {
        var there = Start("There", settings: "akka.loglevel = OFF");
        var from = Stranger.AddressAt(1000);
        byte[] unreadable =
            [.. Stranger.NameType(slot: 1, serializer: 4711, ""), .. Stranger.Message(number: 1, "/user/nobody", type: 1, payload: [])];
        using (var first = await WatcherAsync(from, there, attempt: 1))
        {
            await first.Socket.SendAsync(unreadable);
            await first.IsClosedAsync();
        }

        using var second = await WatcherAsync(from, there, attempt: 2);
        await second.Socket.SendAsync(unreadable);
        Assert.Equal(1UL, Number(await second.NextAsync(Stranger.Ack)));
        await second.Socket.SendAsync(Watch(2, from, there, "second"));

        Assert.Equal(2UL, Number(await second.NextAsync(Stranger.Ack)));
    }

    [Fact]
    public async Task A_peer_that_acknowledges_too_few_system_messages_is_quarantined_and_its_actors_count_as_terminated()
    {
        const int bufferSize = 5;
        await using var cable = new Cable();
        var here = Start("Here", settings: $"akka.remote.system-message-buffer-size = {bufferSize}");
        var there = StartBehind(cable);
        var watchees = new List<IActorRef>();
        for (var i = 0; i <= bufferSize; i++)
        {
            there.ActorOf(Props.Create(() => new Echo()), $"echo{i}");
            watchees.Add(await ResolveAsync(here, there, $"echo{i}"));
        }

        var (quarantined, mail) = (Subscribe<QuarantinedEvent>(here), new Mail<Terminated>());
        cable.Hold();

        foreach (var watchee in watchees)
            here.ActorOf(Props.Create(() => new Watcher(watchee, mail)));

        var quarantine = await quarantined.NextAsync();
        Assert.Equal(AddressOf(there), quarantine.Address);
        Assert.Equal(AddressUidExtension.Uid(there), quarantine.Uid);
        var ended = new HashSet<IActorRef>();
        foreach (var _ in watchees)
            ended.Add((await mail.NextAsync()).ActorRef);

        Assert.Equal(watchees.ToHashSet(), ended);
        cable.Release();
    }

    private static async Task<Stranger> WatcherAsync(Address from, ActorSystem there, ulong attempt)
    {
        var stranger = await Stranger.GreetAsync(from, uid: 7, AddressOf(there), Stranger.Control, attempt);
        await stranger.Socket.SendAsync(Stranger.NameType(slot: 0, SystemSerializer, WatchManifest));
        return stranger;
    }

    private static byte[] Watch(ulong number, Address from, ActorSystem there, string nobody) => Stranger.Message(
        number,
        $"/user/{nobody}",
        type: 0,
        Stranger.WatchPayload($"{AddressOf(there)}/user/{nobody}", $"{from}/system/remote-watcher"));

    private static ulong Number(byte[] frame) => BinaryPrimitives.ReadUInt64LittleEndian(frame);
}
