using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;

namespace AkkaContract.Remote;

/// <summary>
/// Speaks the wire format of the bundled engine by hand: what a broken or hostile program may say that can reach the port. Kinds of
/// frames: 1 names a recipient, 2 a sender, 3 a type, 4 is a message, 5 a system message, 6 a heartbeat; back come 7 its reply and 8 an
/// acknowledgement.
/// </summary>
internal sealed class Stranger : IDisposable
{
    public const int Control = 1;
    public const int Bulk = 2;
    public const int SystemMessage = 5;
    public const int Ack = 8;

    /// <summary>Instead of a sender: none.</summary>
    private const ushort NoPath = 0xFFFE;

    /// <summary>Instead of a slot: the path itself follows.</summary>
    private const ushort InlinePath = 0xFFFF;

    private readonly List<byte> _received = [];

    private Stranger(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static Address AddressAt(int port, string name = "Stranger") => new("akka.tcp", name, "127.0.0.1", port);

    /// <param name="to">Whom to reach.</param>
    /// <param name="port">Where it listens; 0 for the port of the address.</param>
    public static async Task<Stranger> ConnectAsync(Address to, int port = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Parse(to.Host!), port == 0 ? to.Port!.Value : port);
        return new Stranger(socket);
    }

    /// <summary>Connects and introduces itself. The other side has answered, whatever.</summary>
    public static async Task<Stranger> GreetAsync(Address from, int uid, Address to, int lane, ulong attempt = 1, int port = 0)
    {
        var stranger = await ConnectAsync(to, port);
        await stranger.Socket.SendAsync(Greeting(from, uid, to, lane, attempt));
        await stranger.ReadGreetingAsync();
        return stranger;
    }

    /// <summary>One who has accepted a connection and answers its greeting.</summary>
    public static async Task<Stranger> WelcomeAsync(TcpListener listener, int uid)
    {
        var stranger = new Stranger(await listener.AcceptSocketAsync());
        await stranger.ReadGreetingAsync();
        await stranger.Socket.SendAsync(WithHead(body =>
        {
            body.Write((ushort)0);
            body.Write(uid);
            body.Write(128_000);
            body.Write((ushort)0);
        }));
        return stranger;
    }

    public static byte[] Greeting(Address from, int uid, Address to, int lane, ulong attempt = 1, ushort version = 1) => WithHead(
        body =>
        {
            body.Write((ushort)lane);
            Write(body, from);
            body.Write(uid);
            Write(body, to);
            body.Write(0);
            body.Write(attempt);
        },
        version);

    public static byte[] Frame(byte kind, Action<BinaryWriter> write)
    {
        var body = Bytes(write);
        return Frame(body.Length + 1, kind, body);
    }

    /// <summary>A frame that claims to be that long.</summary>
    public static byte[] Frame(int claimed, byte kind, byte[] body)
    {
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, claimed);
        frame[4] = kind;
        body.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>Names what a slot of senders (kind 2) or recipients (kind 1) stands for.</summary>
    public static byte[] NamePath(byte kind, ushort slot, string path) => Frame(kind, body =>
    {
        body.Write(slot);
        body.Write(Encoding.UTF8.GetBytes(path));
    });

    public static byte[] NameType(ushort slot, int serializer, string manifest) => Frame(3, body =>
    {
        body.Write(slot);
        body.Write(serializer);
        body.Write(Encoding.UTF8.GetBytes(manifest));
    });

    /// <summary>A message without a sender (number 0), or a system message.</summary>
    public static byte[] Message(ulong number, string recipient, ushort type, byte[] payload) =>
        Frame(number == 0 ? (byte)4 : (byte)SystemMessage, body =>
        {
            if (number != 0)
                body.Write(number);
            body.Write(InlinePath);
            WriteText(body, recipient);
            body.Write(NoPath);
            body.Write(type);
            body.Write(payload);
        });

    /// <summary>What the engine writes for a watch.</summary>
    public static byte[] WatchPayload(string watchee, string watcher) => Bytes(body =>
    {
        WriteText(body, watchee);
        WriteText(body, watcher);
    });

    /// <summary>The next frame of that kind.</summary>
    public async Task<byte[]> NextAsync(byte kind)
    {
        while (true)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(await TakeAsync(4));
            var frame = await TakeAsync(length);
            if (frame[0] == kind)
                return frame[1..];
        }
    }

    /// <summary>Waits until the other side has closed the connection.</summary>
    public async Task IsClosedAsync()
    {
        try
        {
            while (await ReceiveAsync() > 0)
            {
                // What it had said before.
            }
        }
        catch (SocketException)
        {
            // Closed with what was sent unread.
        }
    }

    public void Dispose() => Socket.Dispose();

    private static byte[] WithHead(Action<BinaryWriter> write, ushort version = 1)
    {
        var body = Bytes(write);
        var greeting = new byte[8 + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(greeting, 0x4B41_6B76);
        BinaryPrimitives.WriteUInt16LittleEndian(greeting.AsSpan(4), version);
        BinaryPrimitives.WriteUInt16LittleEndian(greeting.AsSpan(6), (ushort)body.Length);
        body.CopyTo(greeting, 8);
        return greeting;
    }

    private static void Write(BinaryWriter writer, Address address)
    {
        WriteText(writer, address.Protocol);
        WriteText(writer, address.System);
        WriteText(writer, address.Host!);
        writer.Write(address.Port!.Value);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write((ushort)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    private async Task ReadGreetingAsync()
    {
        var head = await TakeAsync(8);
        await TakeAsync(BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(6)));
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_received.Count < count)
        {
            if (await ReceiveAsync() == 0)
                throw new EndOfStreamException("The other side closed the connection.");
        }

        var taken = _received[..count].ToArray();
        _received.RemoveRange(0, count);
        return taken;
    }

    private async Task<int> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        var count = await Socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
        _received.AddRange(buffer.AsSpan(0, count));
        return count;
    }
}
