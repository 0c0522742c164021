using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using AkkaKv.Resp;

namespace AkkaKv.Gateway.Tests;

/// <summary>A gateway on a free port in front of a fake replica, and clients of it.</summary>
internal sealed class GatewayFixture : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("gateway");
    private readonly List<RawClient> _clients = [];

    public GatewayFixture(Func<GatewaySettings, GatewaySettings>? change = null)
    {
        var settings = new GatewaySettings
        {
            Endpoint = new IPEndPoint(IPAddress.Loopback, 0),
            ClientEndpoints = ["127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7003"],
        };
        settings = change?.Invoke(settings) ?? settings;
        var keyValue = _system.ActorOf(Replica.Props(), "key-value");
        Gateway = _system.ActorOf(TcpGatewayActor.Props(settings, Replica, keyValue), "gateway");
        var bound = Gateway.Ask<GatewayMessage>(new GatewayMessage.GetBound(), RawClient.Patience).GetAwaiter().GetResult();
        Endpoint = Assert.IsType<GatewayMessage.Bound>(bound).Endpoint;
    }

    public FakeReplica Replica { get; } = new();

    public IActorRef Gateway { get; }

    public IPEndPoint Endpoint { get; }

    public RawClient Connect()
    {
        var client = new RawClient(Endpoint);
        _clients.Add(client);
        return client;
    }

    public void Dispose()
    {
        Replica.Gate.Set();
        Replica.StoreGate.Set();
        _clients.ForEach(client => client.Dispose());
        _system.Terminate().Wait(RawClient.Patience);
    }
}

/// <summary>A client that sees the bytes. Everything it waits for has a generous limit.</summary>
internal sealed class RawClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ReplyReader _reader = new();
    private readonly byte[] _chunk = new byte[64 * 1024];
    private byte[] _unread = [];

    public RawClient(IPEndPoint endpoint)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        Socket.Connect(endpoint);
    }

    public Socket Socket { get; }

    /// <summary>Sends these characters as they are, a byte each.</summary>
    public void Send(string wire)
    {
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(wire);
        while (!rest.IsEmpty)
            rest = rest[Socket.Send(rest)..];
    }

    /// <summary>Sends a command and returns its reply as a short text: see <see cref="RespValue.ToString"/>.</summary>
    public string Do(params ReadOnlySpan<string> arguments) => Ask(arguments).ToString();

    public RespValue Ask(params ReadOnlySpan<string> arguments)
    {
        var request = new ArrayBufferWriter<byte>();
        RequestWriter.Write(request, arguments);
        Send(Encoding.Latin1.GetString(request.WrittenSpan));
        return Read();
    }

    public RespValue Read()
    {
        while (true)
        {
            var status = _reader.Read(_unread, out var value, out var consumed);
            Assert.NotEqual(OperationStatus.InvalidData, status);
            if (status == OperationStatus.Done)
            {
                _unread = _unread[consumed..];
                return value!;
            }

            Assert.True(Receive(), "The server hung up.");
        }
    }

    /// <summary>Reads exactly these bytes.</summary>
    public void Expect(string wire)
    {
        while (_unread.Length < wire.Length)
            Assert.True(Receive(), $"The server hung up after {Encoding.Latin1.GetString(_unread)}");
        Assert.Equal(wire, Encoding.Latin1.GetString(_unread, 0, wire.Length));
        _unread = _unread[wire.Length..];
    }

    /// <summary>Reads until the server hangs up, and returns what it said before.</summary>
    public string ReadToEnd()
    {
        while (Receive())
        {
        }

        var text = Encoding.Latin1.GetString(_unread);
        _unread = [];
        return text;
    }

    public void Dispose() => Socket.Dispose();

    private bool Receive()
    {
        try
        {
            var received = Socket.Receive(_chunk);
            _unread = [.. _unread, .. _chunk.AsSpan(0, received)];
            return received > 0;
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }
}
