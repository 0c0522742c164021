using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Core.State;
using AkkaKv.Gateway;
using AkkaKv.Resp;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>
/// The way of GETs through a session: socket, parser, local reads, replies, socket, with one client. The figure is for all that are sent
/// together, and holds the client's share of the socket.
/// </summary>
/// <remarks>
/// How two threads share the processors varies from second to second. Left alone, BenchmarkDotNet would go on for two minutes a depth in
/// search of a steady figure that is not there.
/// </remarks>
[MemoryDiagnoser]
[MaxIterationCount(20)]
public class SessionBenchmarks
{
    private const int ReplyBytes = 6 + 100 + 2; // "$100", the value, and two ends of lines.

    private static readonly TimeSpan BindLimit = TimeSpan.FromSeconds(30);

    private readonly byte[] _replies = new byte[64 * 1024];
    private ActorSystem _system = null!;
    private Socket _client = null!;
    private byte[] _requests = [];

    /// <summary>Requests that are sent together.</summary>
    [Params(1, 16, 64)]
    public int Depth { get; set; }

    [GlobalSetup]
    public void Start()
    {
        var next = 0;
        _system = ActorSystem.Create("benchmark");
        var settings = new GatewaySettings { Endpoint = new IPEndPoint(IPAddress.Loopback, 0), ClientEndpoints = ["127.0.0.1:7001"] };
        var gateway = _system.ActorOf(
            TcpGatewayActor.Props(settings, new View(Entries.Filled(out _, ref next)), ActorRefs.Nobody), "gateway");
        var bound = (GatewayMessage.Bound)gateway.Ask<GatewayMessage>(new GatewayMessage.GetBound(), BindLimit).GetAwaiter().GetResult();
        _client = Connect(bound.Endpoint);

        var requests = new ArrayBufferWriter<byte>();
        var key = new byte[Load.Dataset.KeyBytes];
        for (var i = 0; i < Depth; i++)
        {
            Load.Dataset.WriteKey(key, i * 7919 % Entries.Keys);
            RequestWriter.Begin(requests, 2);
            RequestWriter.Argument(requests, "GET"u8);
            RequestWriter.Argument(requests, key);
        }

        _requests = requests.WrittenSpan.ToArray();
    }

    [GlobalCleanup]
    public void Stop()
    {
        _client.Dispose();
        _system.Terminate().Wait();
    }

    [Benchmark]
    public int Get()
    {
        _client.Send(_requests);
        var received = 0;
        while (received < Depth * ReplyBytes)
            received += _client.Receive(_replies);
        return received;
    }

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        return socket;
    }

    /// <summary>A replica that holds a lease for ever.</summary>
    private sealed class View(KeyValueState state) : IReplicaView, ILocalReads
    {
        public KeyValueState State => state;

        public ILocalReads Reads => this;

        /// <summary>That of a replica that was not started: nothing in reads depends on it.</summary>
        public ReplicaStatus Status { get; } = new ReplicaView(new ReplicaId(0)).Status;

        public bool TryGet(ReadOnlySpan<byte> key, Action<Item?> read) => state.TryReadOne(key, read, out _);

        public bool TryRead<TArg>(TArg arg, Action<KeyValueState, TArg> read)
        {
            read(state, arg);
            return true;
        }
    }
}
