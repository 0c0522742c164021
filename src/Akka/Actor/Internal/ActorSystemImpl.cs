#nullable enable
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor.Internal;

/// <summary>The one implementation of an actor system: wires the parts together and takes them apart again.</summary>
internal sealed class ActorSystemImpl : ExtendedActorSystem
{
    private readonly ExtensionRegistry _extensions;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _terminationGate = new();
    private readonly List<Action> _onTermination = [];
    private bool _terminationRan;

    /// <exception cref="ArgumentException">The name is malformed.</exception>
    public ActorSystemImpl(string name, ActorSystemSetup setup)
    {
        if (!IsValidName(name))
        {
            throw new ArgumentException(
                $"'{name}' is no name for an actor system: letters, digits, '-', '_' and '.', a letter or digit first.", nameof(name));
        }

        Name = name;
        Settings = new Settings(this, ConfigOf(setup), setup);
        EventStream = new EventStream(Settings.DebugEventStream);
        EventStream.StartStandardOutLogger(Settings);
        Log = Logging.GetLogger(EventStream, $"ActorSystem({name})");
        Scheduler = MakeScheduler();
        ProviderImpl = MakeProvider();
        Dispatchers = new Dispatchers(this);
        _extensions = new ExtensionRegistry(this);
        Serialization = new Serialization.Serialization(this);
    }

    public override string Name { get; }

    public override Settings Settings { get; }

    public override EventStream EventStream { get; }

    public override IActorRef DeadLetters => ProviderImpl.DeadLetters;

    public override ILoggingAdapter Log { get; }

    public override IScheduler Scheduler { get; }

    public override Serialization.Serialization Serialization { get; }

    public override IActorRefProvider Provider => ProviderImpl;

    public override Task WhenTerminated => _terminated.Task;

    public Dispatchers Dispatchers { get; }

    public ActorRefProvider ProviderImpl { get; }

    /// <summary>Whether the actors are being stopped.</summary>
    public bool IsTerminating { get; private set; }

    /// <summary>Starts the guardians, remoting and loggers, and loads the extensions. Called once.</summary>
    public void Start()
    {
        _ = ProviderImpl.TerminationTask.ContinueWith(_ => FinishTermination(), TaskScheduler.Default);
        ProviderImpl.Init(this);
        if (Settings.LogDeadLetters > 0 || Settings.DebugUnhandledMessage)
            SystemActorOf(Props.Create(() => new DeadLetterListener()), "deadLetterListener");
        EventStream.StartUnsubscriber(this);
        EventStream.StartDefaultLoggers(this);
        if (Settings.LogConfigOnStart)
            Log.Info(Settings.ToString());
        _ = CoordinatedShutdown.Get(this);
        _extensions.LoadConfigured();
    }

    public override IActorRef ActorOf(Props props, string? name = null) => ProviderImpl.Guardian.Cell.AttachChild(props, name);

    public override IActorRef SystemActorOf(Props props, string? name = null) => ProviderImpl.SystemGuardian.Cell.AttachChild(props, name);

    public override IActorRef SystemActorOf<TActor>(string? name = null) => SystemActorOf(Props.Create<TActor>(), name);

    public override void Stop(IActorRef actor) => actor.AsInternal().Stop();

    public override ActorSelection ActorSelection(ActorPath actorPath) =>
        new(ProviderImpl.RootGuardianAt(actorPath.Address), actorPath.Elements);

    public override ActorSelection ActorSelection(string actorPath) => Select(actorPath, ProviderImpl.RootGuardian);

    /// <summary>A selection from text; a relative path starts at <paramref name="anchor"/>.</summary>
    public ActorSelection Select(string path, InternalActorRef anchor)
    {
        if (ActorPath.TryParse(path, out var absolute))
            return ActorSelection(absolute);
        return new ActorSelection(path.StartsWith('/') ? ProviderImpl.RootGuardian : anchor, path);
    }

    public override Task Terminate()
    {
        if (Settings.CoordinatedShutdownRunByActorSystemTerminate)
            _ = CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            _ = FinalTerminate();
        return WhenTerminated;
    }

    /// <summary>Stops the actors: first those of users, then the engine's own. The last phase of the coordinated shutdown.</summary>
    public Task FinalTerminate()
    {
        IsTerminating = true;
        ProviderImpl.Guardian.Stop();
        return WhenTerminated;
    }

    public override void Abort()
    {
        IsTerminating = true;
        if (ProviderImpl.Guardian is { } guardian)
            guardian.Stop();
        else
            FinishTermination();
    }

    public override void RegisterOnTermination(Action code)
    {
        lock (_terminationGate)
        {
            if (!_terminationRan)
            {
                _onTermination.Add(code);
                return;
            }
        }

        code();
    }

    public override object RegisterExtension(IExtensionId extension) => _extensions.Register(extension);

    public override object? GetExtension(IExtensionId extensionId) => _extensions.Find(extensionId.ExtensionType);

    public override T? GetExtension<T>()
        where T : class => (T?)_extensions.Find(typeof(T));

    public override bool HasExtension(Type type) => _extensions.Find(type) is not null;

    public override bool HasExtension<T>() => HasExtension(typeof(T));

    public override bool TryGetExtension(Type extensionType, out object? extension) =>
        (extension = _extensions.Find(extensionType)) is not null;

    public override bool TryGetExtension<T>(out T? extension)
        where T : class => (extension = (T?)_extensions.Find(typeof(T))) is not null;

    /// <summary>Publishes a message that reached no one.</summary>
    internal void DeadLetter(object message, IActorRef? sender, IActorRef recipient)
    {
        EventStream.Publish(message switch
        {
            AllDeadLetters letter => letter,
            IDeadLetterSuppression suppressed => new SuppressedDeadLetter(suppressed, sender, recipient),
            _ => new DeadLetter(message, sender ?? DeadLetters, recipient),
        });
    }

    /// <summary>The message after a way over the wire that it never took: finds missing serializers in tests.</summary>
    internal object RoundTrip(object message)
    {
        if (message is INoSerializationVerificationNeeded or IAutoReceivedMessage)
            return message;

        return Akka.Serialization.Serialization.WithTransport(this, ProviderImpl.DefaultAddress, () =>
        {
            var serializer = Serialization.FindSerializerFor(message);
            var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, message);
            return Serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, manifest);
        });
    }

    private void FinishTermination()
    {
        Action[] callbacks;
        lock (_terminationGate)
        {
            if (_terminationRan)
                return;
            _terminationRan = true;
            callbacks = [.. _onTermination];
        }

        for (var i = callbacks.Length - 1; i >= 0; i--)
        {
            try
            {
                callbacks[i]();
            }
            catch (Exception e)
            {
                Log.Error(e, "A callback on termination failed.");
            }
        }

        (Scheduler as IDisposable)?.Dispose();
        Dispatchers.Shutdown();
        _terminated.TrySetResult();
    }

    private IScheduler MakeScheduler()
    {
        if (string.IsNullOrEmpty(Settings.SchedulerClass))
            return new HashedWheelTimerScheduler(Settings.Config, Log);

        var type = TypeNames.Find(Settings.SchedulerClass)
            ?? throw new ConfigurationException($"akka.scheduler.implementation: there is no type '{Settings.SchedulerClass}'.");
        return (IScheduler)Activator.CreateInstance(type, Settings.Config, Log)!;
    }

    private ActorRefProvider MakeProvider()
    {
        var name = Settings.ProviderClass.Split(',')[0].Trim();
        var typeName = name.ToUpperInvariant() switch
        {
            "LOCAL" => "Akka.Actor.LocalActorRefProvider",
            "REMOTE" => "Akka.Remote.RemoteActorRefProvider",
            "CLUSTER" => "Akka.Cluster.ClusterActorRefProvider",
            _ => name,
        };
        var type = TypeNames.Find(typeName) ?? throw new ConfigurationException($"akka.actor.provider: there is no provider '{name}'.");
        return (ActorRefProvider)Activator.CreateInstance(type, Name, Settings, EventStream)!;
    }

    private static Config ConfigOf(ActorSystemSetup setup)
    {
        var bootstrap = setup.Get<BootstrapSetup>();
        if (!bootstrap.HasValue)
            return Config.Empty;

        var config = bootstrap.Value.Config.GetOrElse(Config.Empty);
        return bootstrap.Value.ConfigFallback.HasValue ? config.WithFallback(bootstrap.Value.ConfigFallback.Value) : config;
    }

    private static bool IsValidName(string name) =>
        !string.IsNullOrEmpty(name)
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
