using System.Collections.Immutable;
using Akka.Actor;
using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>The messages between servers, to bytes and back.</summary>
[MemoryDiagnoser]
public class WireBenchmarks
{
    private ActorSystem _system = null!;
    private ReplicationSerializer _serializer = null!;
    private Message.Replicate _message = null!;
    private byte[] _bytes = [];
    private string _manifest = string.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        _system = ActorSystem.Create("benchmark");
        _serializer = new ReplicationSerializer((ExtendedActorSystem)_system);
        var key = 0;
        _message = new Message.Replicate(
            new Epoch(1, 0, 1), LogPosition.Start, ImmutableArray.Create(Entries.Make(1, 16, ref key)), LogIndex.Zero);
        var peer = new PeerMessage(new ReplicaId(0), Part.Leader, _message);
        (_bytes, _manifest) = (_serializer.ToBinary(peer), _serializer.Manifest(peer));
    }

    [GlobalCleanup]
    public void Stop() => _system.Terminate().Wait();

    /// <summary>An entry of 16 writes.</summary>
    [Benchmark]
    public byte[] WriteReplicate() => _serializer.ToBinary(new PeerMessage(new ReplicaId(0), Part.Leader, _message));

    [Benchmark]
    public object ReadReplicate() => _serializer.FromBinary(_bytes, _manifest);
}
