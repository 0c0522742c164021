using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using AkkaKv.Actors;
using AkkaKv.Benchmarks.Targets;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>The engine's remoting between two processes.</summary>
internal static class EngineCommand
{
    public const string Help = """
        engine [--messages 1000000] [--port 21000]
          Messages of the protocol between actors of two processes: one way, 20 in one, and there and back.
        """;

    private const int PayloadBytes = 128;
    private const int Burst = 20;
    private const int Window = 10_000;
    private const int RoundTrips = 20_000;

    private static readonly TimeSpan MeetLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    public static async Task<int> RunAsync(Flags flags)
    {
        var (messages, port, isPeer) = (flags.Number("--messages", 1_000_000), flags.Number("--port", 21_000), flags.Has("--peer"));
        flags.RefuseOthers();

        using var system = EnginePeer.Start(isPeer ? port + 1 : port);
        if (isPeer)
        {
            EnginePeer.Answer(system);
            await Console.In.ReadToEndAsync().ConfigureAwait(false); // It ends when the one that measures does.
            return 0;
        }

        await using var child = new ChildProcess(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [typeof(EngineCommand).Assembly.Location, "engine", "--peer", "--port", port.ToString(CultureInfo.InvariantCulture)]);
        var peer = EnginePeer.At(system, new Address("akka.tcp", system.Name, "127.0.0.1", port + 1));
        await MeetAsync(peer).ConfigureAwait(false);

        // The first round only warms up.
        foreach (var note in new[] { " (warm-up)", string.Empty })
        {
            Print($"one way, {PayloadBytes} B{note}", await OneWayAsync(peer, messages, Window).ConfigureAwait(false));
            var bursts = await OneWayAsync(peer, messages / Burst, Window, Burst).ConfigureAwait(false);
            Print($"{Burst} of them in each message{note}", Burst * bursts);
            Console.WriteLine($"round trip{note}: {await RoundTripsAsync(system, peer).ConfigureAwait(false)}");
        }

        return 0;
    }

    private static async Task MeetAsync(IActorRef peer)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await peer.Ask<PeerMessage>(EnginePeer.Question, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                return;
            }
            catch (AskTimeoutException) when (Stopwatch.GetElapsedTime(began) < MeetLimit)
            {
                // The other process is still starting.
            }
        }
    }

    /// <summary>Messages keep their order, so the answer to a question behind them says that all have arrived.</summary>
    /// <param name="peer">Who gets them.</param>
    /// <param name="messages">How many.</param>
    /// <param name="burst">So many payloads travel in each.</param>
    /// <param name="window">After so many the answer is awaited: with a small window there is much waiting, with a large one none.</param>
    private static async Task<double> OneWayAsync(IActorRef peer, int messages, int window, int burst = 1)
    {
        var load = EnginePeer.Load(new byte[burst * PayloadBytes]);
        var began = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < messages;)
        {
            for (var i = 0; i < window && sent < messages; i++, sent++)
                peer.Tell(load, ActorRefs.NoSender);
            await peer.Ask<PeerMessage>(EnginePeer.Question, Limit).ConfigureAwait(false);
        }

        return messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<string> RoundTripsAsync(ActorSystem system, IActorRef peer)
    {
        var done = new TaskCompletionSource<double[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Asker(peer, done)));
        var times = await done.Task.WaitAsync(Limit).ConfigureAwait(false);
        Array.Sort(times);
        return string.Create(
            CultureInfo.InvariantCulture, $"median {times[times.Length / 2]:F1} us, p99 {times[times.Length * 99 / 100]:F1} us");
    }

    private static void Print(string name, double rate) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {rate:N0} messages a second"));

    /// <summary>Asks again when it has the answer.</summary>
    private sealed class Asker(IActorRef peer, TaskCompletionSource<double[]> done) : UntypedActor
    {
        private readonly double[] _times = new double[RoundTrips];
        private int _count;
        private long _asked;

        protected override void PreStart() => Ask();

        protected override void OnReceive(object message)
        {
            _times[_count++] = Stopwatch.GetElapsedTime(_asked).TotalMicroseconds;
            if (_count < RoundTrips)
            {
                Ask();
                return;
            }

            done.SetResult(_times);
            Context.Stop(Self);
        }

        private void Ask()
        {
            _asked = Stopwatch.GetTimestamp();
            peer.Tell(EnginePeer.Question, Self);
        }
    }
}
