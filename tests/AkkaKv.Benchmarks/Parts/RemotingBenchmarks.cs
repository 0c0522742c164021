using Akka.Actor;
using AkkaKv.Actors;
using AkkaKv.Benchmarks.Targets;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>
/// Messages of the protocol between two actor systems of this process, over loopback; allocated bytes are those of both. Between two
/// processes the command <c>engine</c> measures.
/// </summary>
[MemoryDiagnoser]
public class RemotingBenchmarks
{
    private const int Messages = 10_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly byte[] _payload = new byte[128];
    private ActorSystem _here = null!;
    private ActorSystem _there = null!;
    private IActorRef _peer = null!;

    [GlobalSetup]
    public async Task Connect()
    {
        (_here, _there) = (EnginePeer.Start(port: 0), EnginePeer.Start(port: 0));
        EnginePeer.Answer(_there);
        _peer = EnginePeer.At(_here, ((ExtendedActorSystem)_there).Provider.DefaultAddress);
        await AskAndAnswer();
    }

    [GlobalCleanup]
    public Task Stop() => Task.WhenAll(_here.Terminate(), _there.Terminate());

    /// <summary>One at a time, there and back, through Ask.</summary>
    [Benchmark]
    public Task<PeerMessage> AskAndAnswer() => _peer.Ask<PeerMessage>(EnginePeer.Question, Limit);

    /// <summary>One of many with 128 bytes each, one after the other.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task Tell()
    {
        var load = EnginePeer.Load(_payload);
        for (var i = 0; i < Messages; i++)
            _peer.Tell(load, ActorRefs.NoSender);

        // Messages keep their order, so the answer to a question behind them says that all have arrived.
        await AskAndAnswer();
    }
}
