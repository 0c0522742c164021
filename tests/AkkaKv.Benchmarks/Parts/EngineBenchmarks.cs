using Akka.Actor;
using BenchmarkDotNet.Attributes;

namespace AkkaKv.Benchmarks.Parts;

/// <summary>Messages through one actor of the engine, from one sender. The figure is for one message.</summary>
[MemoryDiagnoser]
public class EngineBenchmarks
{
    private const int Messages = 1_000_000;

    private readonly object _message = new();
    private ActorSystem _system = null!;
    private IActorRef _sink = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("benchmark");
        _sink = _system.ActorOf(Props.Create(() => new Sink()));
    }

    [GlobalCleanup]
    public void Stop() => _system.Terminate().Wait();

    [Benchmark(OperationsPerInvoke = Messages)]
    public void Tell()
    {
        for (var i = 0; i < Messages; i++)
            _sink.Tell(_message, ActorRefs.NoSender);
        var last = new TaskCompletionSource();
        _sink.Tell(last, ActorRefs.NoSender);
        last.Task.Wait();
    }

    private sealed class Sink : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is TaskCompletionSource last)
                last.SetResult();
        }
    }
}
