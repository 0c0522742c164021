using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using AkkaContract.Configuration;

namespace AkkaContract.Remote;

/// <summary>
/// Speaks the bundled engine's wire format well enough to be let in, and then says anything. The seed is the test's argument. Whatever
/// comes, others are served and the memory stays bounded.
/// </summary>
public sealed class FuzzTests : RemoteFixture
{
    private const long MemoryMax = 128L * 1024 * 1024;

    private ActorSystem _there = null!;
    private IActorRef _echo = null!;

    [BundledTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_a_peer_says_it_hurts_nobody_else(int seed)
    {
        await StartAsync();
        var random = new Random(seed);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 40; i++)
        {
            using var socket = await ConnectAsync();
            await TalkAsync(socket, random, i);
        }

        Assert.Equal("hello", await _echo.Ask<string>("hello", Patience));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryMax);
    }

    [BundledFact]
    public async Task A_large_frame_gets_memory_only_as_it_arrives()
    {
        await StartAsync("akka.remote.dot-netty.tcp.maximum-frame-size = 256MiB");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var socket = await ConnectAsync();
                sockets.Add(socket);
                Assert.True(await GreetAsync(socket, port: 1000 + i, uid: i + 1, lane: 2));
                await socket.SendAsync(Stranger.Frame(claimed: 256 * 1024 * 1024, kind: 4, body: new byte[300_000]));
            }

            Assert.Equal("hello", await _echo.Ask<string>("hello", Patience));
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: false) - before, long.MinValue, MemoryMax);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    [BundledFact]
    public async Task A_greeting_that_comes_byte_by_byte_is_given_up()
    {
        await StartAsync("akka.remote.handshake-timeout = 500ms");
        using var socket = await ConnectAsync();
        var greeting = Greeting(port: 1000, uid: 7, lane: 1);
        using var patience = new CancellationTokenSource(Patience);
        var end = socket.ReceiveAsync(new byte[1], SocketFlags.None, patience.Token).AsTask();

        for (var i = 0; !end.IsCompleted; i = Math.Min(i + 1, greeting.Length - 2))
        {
            try
            {
                await socket.SendAsync(greeting.AsMemory(i, 1));
            }
            catch (SocketException)
            {
                // It is closed already.
            }

            await Task.WhenAny(end, Task.Delay(100));
        }

        Assert.True(end.IsFaulted || await end == 0);
        Assert.Equal("hello", await _echo.Ask<string>("hello", Patience));
    }

    private async Task StartAsync(string settings = "")
    {
        (var here, _there) = (Start("Here"), Start("There", settings: settings + "\nakka.loglevel = OFF"));
        _there.ActorOf(Props.Create(() => new Echo()), "echo");
        _echo = await ResolveAsync(here, _there, "echo");
    }

    /// <summary>One connection: perhaps a greeting, then frames that are more or less sound, in pieces that are cut anywhere.</summary>
    private async Task TalkAsync(Socket socket, Random random, int number)
    {
        try
        {
            switch (random.Next(4))
            {
                case 0:
                    await socket.SendAsync(Some(random, 200));
                    return;
                case 1:
                    var broken = Greeting(1000 + number, number + 1, lane: 1);
                    broken[random.Next(broken.Length)] ^= (byte)random.Next(1, 256);
                    await socket.SendAsync(broken.AsMemory(0, random.Next(1, broken.Length + 1)));
                    return;
            }

            if (!await GreetAsync(socket, 1000 + number % 7, number + 1, lane: random.Next(1, 3)))
                return;
            var bytes = Enumerable.Range(0, 30).SelectMany(_ => AnyFrame(random)).ToArray();
            for (var sent = 0; sent < bytes.Length;)
                sent += await socket.SendAsync(bytes.AsMemory(sent, random.Next(1, bytes.Length - sent + 1)));
            await socket.SendAsync(Stranger.Frame(random.Next(), kind: (byte)random.Next(10), Some(random, 50)));
        }
        catch (SocketException)
        {
            // The other side had enough.
        }
    }

    private static byte[] AnyFrame(Random random)
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        var kind = (byte)random.Next(0, 11);
        switch (kind)
        {
            case 1 or 2:
                writer.Write((ushort)random.Next(0, 4));
                writer.Write(Encoding.UTF8.GetBytes(random.Next(3) == 0 ? "/user/echo" : "/user/" + random.Next()));
                break;
            case 3:
                writer.Write((ushort)random.Next(0, 4));
                writer.Write(new[] { 1, 4, 5, 16, 17, 22, random.Next() }[random.Next(7)]);
                writer.Write(Encoding.UTF8.GetBytes(new[] { "", "S", "GE", "A", random.Next().ToString("x") }[random.Next(5)]));
                break;
            case 4 or 5:
                if (kind == 5)
                    writer.Write((ulong)random.Next(1, 4));
                writer.Write((ushort)random.Next(0, 4));
                writer.Write((ushort)(random.Next(2) == 0 ? 0xFFFE : random.Next(0, 4)));
                writer.Write((ushort)random.Next(0, 4));
                writer.Write(Some(random, 100));
                break;
            default:
                writer.Write(random.Next(2) == 0 ? [] : Some(random, 20));
                break;
        }

        var content = body.ToArray();
        return Stranger.Frame(content.Length + 1, kind, content);
    }

    private async Task<bool> GreetAsync(Socket socket, int port, int uid, int lane)
    {
        await socket.SendAsync(Greeting(port, uid, lane));
        using var patience = new CancellationTokenSource(Patience);
        return await socket.ReceiveAsync(new byte[256], SocketFlags.None, patience.Token) > 0;
    }

    private byte[] Greeting(int port, int uid, int lane) => Stranger.Greeting(Stranger.AddressAt(port), uid, AddressOf(_there), lane);

    private static byte[] Some(Random random, int bytesMax)
    {
        var bytes = new byte[random.Next(1, bytesMax + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    private async Task<Socket> ConnectAsync()
    {
        var address = AddressOf(_there);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(address.Host!), address.Port!.Value);
        return socket;
    }
}
