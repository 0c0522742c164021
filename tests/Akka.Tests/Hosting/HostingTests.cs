using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Akka.Event.LogLevel;

namespace AkkaContract.Hosting;

public sealed class HostingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(Greeting greeting, string name) => ReceiveAny(_ => Sender.Tell($"{greeting.Word} {name}"));
    }

    private sealed record Greeting(string Word);

    private sealed class NeedsEcho(IRequiredActor<Echo> echo)
    {
        public IActorRef Echo => echo.ActorRef;
    }

    [Fact]
    public async Task Starters_run_in_their_order_and_startup_tasks_after_them()
    {
        var order = new ConcurrentQueue<string>();
        using var host = await Start(builder => builder
            .AddStartup((_, _) => order.Enqueue("startup"))
            .WithActors((_, _) => order.Enqueue("first"))
            .WithActors(async (_, _) =>
            {
                await Task.Yield();
                order.Enqueue("second");
            })
            .WithActors((_, _, _) => order.Enqueue("third")));

        Assert.Equal(["first", "second", "third", "startup"], order);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_registered_actor_can_be_injected()
    {
        using var host = await Start(
            builder => builder.WithActors((system, registry) =>
                registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "echo"))),
            services => services.AddSingleton<NeedsEcho>());

        var echo = host.Services.GetRequiredService<NeedsEcho>().Echo;

        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
        Assert.Same(echo, await host.Services.GetRequiredService<ActorRegistry>().GetAsync<Echo>());
        await host.StopAsync();
    }

    [Fact]
    public async Task An_actor_gets_from_the_container_what_its_arguments_do_not_give()
    {
        using var host = await Start(
            builder => builder.WithActors((system, registry, resolver) =>
                registry.Register<Greeter>(system.ActorOf(resolver.Props<Greeter>("Ada")))),
            services => services.AddSingleton(new Greeting("hello")));

        var greeter = host.Services.GetRequiredService<ActorRegistry>().Get<Greeter>();

        Assert.Equal("hello Ada", await greeter.Ask<string>("?", Patience));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_key_is_registered_once_unless_it_may_be_replaced()
    {
        using var host = await Start(_ => { });
        var registry = host.Services.GetRequiredService<ActorRegistry>();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var first = system.ActorOf(Props.Create(() => new Echo()));
        var second = system.ActorOf(Props.Create(() => new Echo()));

        Assert.Throws<MissingActorRegistryEntryException>(() => registry.Get<Echo>());
        registry.Register<Echo>(first);
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<Echo>(second));
        Assert.False(registry.TryRegister<Echo>(second));
        registry.Register<Echo>(second, overwrite: true);

        Assert.Equal(second, registry.Get<Echo>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Who_asks_before_the_actor_is_registered_waits()
    {
        using var host = await Start(_ => { });
        var registry = host.Services.GetRequiredService<ActorRegistry>();

        var waiting = registry.GetAsync<Echo>();
        Assert.False(waiting.IsCompleted);
        var echo = host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new Echo()));
        registry.Register<Echo>(echo);

        Assert.Equal(echo, await waiting.WaitAsync(Patience));
        await host.StopAsync();
    }

    [Theory]
    [InlineData(HoconAddMode.Prepend, HoconAddMode.Prepend, "second")]
    [InlineData(HoconAddMode.Append, HoconAddMode.Append, "first")]
    [InlineData(HoconAddMode.Prepend, HoconAddMode.Append, "first")]
    [InlineData(HoconAddMode.Append, HoconAddMode.Prepend, "second")]
    [InlineData(HoconAddMode.Append, HoconAddMode.Replace, "second")]
    public async Task Where_configuration_is_added_decides_what_wins(HoconAddMode first, HoconAddMode second, string winner)
    {
        using var host = await Start(builder => builder
            .AddHocon("contract { word = first, one = 1 }", first)
            .AddHocon("contract { word = second, two = 2 }", second));

        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        Assert.Equal(winner, config.GetString("contract.word"));
        Assert.Equal((1, 2), (config.GetInt("contract.one"), config.GetInt("contract.two")));
        await host.StopAsync();
    }

    [Fact]
    public async Task Settings_of_the_host_become_hocon()
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["akka:CONTRACT:SOME_WORD"] = "set",
                ["akka:contract:list:1"] = "b",
                ["akka:contract:list:0"] = "a",
            })
            .Build();
        using var host = await Start(builder => builder.AddHocon(settings.GetSection("akka"), HoconAddMode.Prepend));

        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        Assert.Equal("set", config.GetString("akka.contract.some-word"));
        Assert.Equal(["a", "b"], config.GetStringList("akka.contract.list"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Stopping_the_host_runs_the_coordinated_shutdown()
    {
        var reason = new TaskCompletionSource<CoordinatedShutdown.Reason>();
        using var host = await Start(builder => builder.AddStartup((system, _) =>
        {
            var shutdown = CoordinatedShutdown.Get(system);
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "note", () =>
            {
                reason.SetResult(shutdown.ShutdownReason);
                return Task.FromResult(Akka.Done.Instance);
            });
        }));
        var system = host.Services.GetRequiredService<ActorSystem>();

        await host.StopAsync();

        Assert.Same(CoordinatedShutdown.ClrExitReason.Instance, await reason.Task.WaitAsync(Patience));
        await system.WhenTerminated.WaitAsync(Patience);
    }

    [Fact]
    public async Task The_end_of_the_system_stops_the_host()
    {
        using var host = await Start(_ => { });
        var stopping = new TaskCompletionSource();
        using var registration = host.Services.GetRequiredService<IHostApplicationLifetime>()
            .ApplicationStopping.Register(stopping.SetResult);

        await host.Services.GetRequiredService<ActorSystem>().Terminate();

        await stopping.Task.WaitAsync(Patience);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_starter_that_fails_fails_the_start_of_the_host()
    {
        using var host = Build(builder => builder.WithActors((_, _) => throw new InvalidOperationException("no")), _ => { });

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        await host.Services.GetRequiredService<ActorSystem>().Terminate();
    }

    [Fact]
    public async Task The_log_of_the_system_goes_to_the_loggers_of_the_host()
    {
        var log = new RecordingLoggers();
        using var host = await Start(
            builder => builder.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
                loggers.LogLevel = LogLevel.InfoLevel;
            }),
            services => services.AddLogging(logging => logging.AddProvider(log)));

        host.Services.GetRequiredService<ActorSystem>().Log.Warning("{0} and {1}", "this", "that");

        await log.Saw("this and that").WaitAsync(Patience);
        await host.StopAsync();
    }

    private static async Task<IHost> Start(Action<AkkaConfigurationBuilder> configure, Action<IServiceCollection>? services = null)
    {
        var host = Build(configure, services ?? (_ => { }));
        await host.StartAsync();
        return host;
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> configure, Action<IServiceCollection> services) =>
        new HostBuilder()
            .ConfigureServices(collection =>
            {
                services(collection);
                collection.AddAkka("hosted", builder =>
                {
                    builder.AddHocon("akka.stdout-loglevel = OFF, akka.loggers = []", HoconAddMode.Append);
                    configure(builder);
                });
            })
            .Build();

    /// <summary>Loggers that let a test wait for a line.</summary>
    private sealed class RecordingLoggers : ILoggerProvider, ILogger
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();
        private readonly ConcurrentQueue<string> _lines = new();

        public Task Saw(string text)
        {
            var awaited = _awaited.GetOrAdd(text, _ => new TaskCompletionSource());
            if (_lines.Any(line => line.Contains(text, StringComparison.Ordinal)))
                awaited.TrySetResult();
            return awaited.Task;
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var line = formatter(state, exception);
            _lines.Enqueue(line);
            foreach (var (text, awaited) in _awaited.Where(one => line.Contains(one.Key, StringComparison.Ordinal)))
                awaited.TrySetResult();
        }

        public void Dispose()
        {
        }
    }
}
