using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace AkkaContract.Remote;

/// <summary>Whoever can reach the port can send it anything. No bytes may cost more than the connection that they came on.</summary>
public sealed class BadInputTests : RemoteFixture
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_bytes_do_not_disturb_a_system(int seed)
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var random = new Random(seed);

        for (var i = 0; i < 20; i++)
        {
            var garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);
            await SendAsync(AddressOf(there), garbage);
        }

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task A_length_that_nothing_can_have_is_not_believed()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var lengths = new byte[4];

        foreach (var length in new[] { 0, -1, int.MaxValue, int.MinValue })
        {
            BinaryPrimitives.WriteInt32LittleEndian(lengths, length);
            await SendAsync(AddressOf(there), lengths);
        }

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task A_crowd_of_silent_connections_does_not_disturb_a_connected_peer()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        using var crowd = await Crowd.GatherAsync(AddressOf(there), 300);

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task A_peer_finds_a_place_in_a_crowd_of_silent_connections()
    {
        var (here, there) = (Start("Here"), Start("There", settings: "akka.remote.handshake-timeout = 10m"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        using var crowd = await Crowd.GatherAsync(AddressOf(there), 200);

        var echo = await ResolveAsync(here, there, "echo");

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task More_systems_than_a_cluster_can_have_do_not_disturb_a_connected_peer()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        using var crowd = new Crowd();

        for (var port = 1; port <= 1100; port++)
            await crowd.JoinAsync(AddressOf(there), Stranger.Greeting(Stranger.AddressAt(port), port, AddressOf(there), Stranger.Bulk));

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    private static async Task SendAsync(Address to, byte[] bytes)
    {
        using var socket = await ConnectAsync(to);
        try
        {
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            var answer = new byte[256];
            using var patience = new CancellationTokenSource(Patience);
            while (await socket.ReceiveAsync(answer, SocketFlags.None, patience.Token) > 0)
            {
                // Until the other side has had enough.
            }
        }
        catch (SocketException)
        {
            // It had enough before everything was sent.
        }
    }

    private static async Task<Socket> ConnectAsync(Address to)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(to.Host!), to.Port!.Value);
        return socket;
    }

    /// <summary>Connections that stay open, as many as the system lets there be.</summary>
    private sealed class Crowd : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        /// <summary>Those that say nothing.</summary>
        public static async Task<Crowd> GatherAsync(Address at, int count)
        {
            var crowd = new Crowd();
            for (var i = 0; i < count; i++)
                await crowd.JoinAsync(at, says: []);
            return crowd;
        }

        public async Task JoinAsync(Address at, byte[] says)
        {
            try
            {
                var socket = await ConnectAsync(at);
                _sockets.Add(socket);
                if (says.Length > 0)
                    await socket.SendAsync(says);
            }
            catch (SocketException)
            {
                // There are enough.
            }
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
    }
}
