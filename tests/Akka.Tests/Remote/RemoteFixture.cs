using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace AkkaContract.Remote;

/// <summary>Starts actor systems that reach each other over loopback, and stops them when the test is over.</summary>
public abstract class RemoteFixture : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<ActorSystem> _systems = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var system in _systems)
            await system.Terminate();
    }

    /// <summary>A system that listens on a port of 127.0.0.1; 0 for any free one.</summary>
    protected ActorSystem Start(string name, int port = 0, string settings = "")
    {
        var config = ConfigurationFactory.ParseString(settings).WithFallback(ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = ERROR
              stdout-loglevel = OFF
              log-dead-letters = off
              actor.provider = remote
              coordinated-shutdown.run-by-clr-shutdown-hook = off
              remote {
                retry-gate-closed-for = 200ms
                dot-netty.tcp { hostname = "127.0.0.1", port = {{port}} }
              }
            }
            """));
        var system = ActorSystem.Create(name, config);
        _systems.Add(system);
        return system;
    }

    /// <summary>A system that others reach through the cable.</summary>
    private protected ActorSystem StartBehind(Cable cable, string name = "There")
    {
        var free = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        cable.Target = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return Start(
            name,
            cable.Target,
            $$"""akka.remote.dot-netty.tcp { public-hostname = "127.0.0.1", public-port = {{cable.Port}} }""");
    }

    protected static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    /// <summary>A selection, in one system, of a user's actor in another.</summary>
    protected static ActorSelection Selection(ActorSystem from, Address to, string name) =>
        from.ActorSelection(new RootActorPath(to) / "user" / name);

    protected static Task<IActorRef> ResolveAsync(ActorSystem from, ActorSystem to, string name) =>
        Selection(from, AddressOf(to), name).ResolveOne(Patience);

    /// <summary>Makes everything that is published and of this type readable.</summary>
    protected static Mail<T> Subscribe<T>(ActorSystem system)
    {
        var mail = new Mail<T>();
        system.EventStream.Subscribe(system.ActorOf(Collector.Of(mail)), typeof(T));
        return mail;
    }

    /// <summary>Asks until somebody answers: connections may have to be opened again.</summary>
    protected static async Task<T> AskUntilAnsweredAsync<T>(ActorSelection selection, object message)
    {
        for (var deadline = DateTime.UtcNow + Patience; ;)
        {
            try
            {
                return await selection.Ask<T>(message, TimeSpan.FromMilliseconds(500));
            }
            catch (AskTimeoutException) when (DateTime.UtcNow < deadline)
            {
                // Gated, or not up yet.
            }
        }
    }

    /// <summary>The text in a dead letter, whether it was still on its way along a selection or not.</summary>
    protected static string? Text(DeadLetter letter) =>
        (letter.Message is ActorSelectionMessage selection ? selection.Message : letter.Message) as string;

    /// <summary>What an actor was sent, in order.</summary>
    protected sealed class Mail<T>
    {
        private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();

        public void Add(T message) => _channel.Writer.TryWrite(message);

        public bool TryNext([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T message) => _channel.Reader.TryRead(out message);

        public async Task<T> NextAsync(Func<T, bool>? wanted = null)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (true)
            {
                var message = await _channel.Reader.ReadAsync(patience.Token);
                if (wanted is null || wanted(message))
                    return message;
            }
        }
    }

    protected sealed class Collector : UntypedActor
    {
        private readonly Action<object> _add;

        public Collector(Action<object> add) => _add = add;

        public static Props Of<T>(Mail<T> mail)
        {
            Action<object> add = message =>
            {
                if (message is T wanted)
                    mail.Add(wanted);
            };
            return Props.Create(() => new Collector(add));
        }

        protected override void OnReceive(object message) => _add(message);
    }

    protected sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message, Self));
    }

    /// <summary>Watches an actor and reports its end.</summary>
    protected sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef watchee, Mail<Terminated> mail)
        {
            Context.Watch(watchee);
            Receive<Terminated>(mail.Add);
            ReceiveAny(message => Sender.Tell(message, Self));
        }
    }
}
