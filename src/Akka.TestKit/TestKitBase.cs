using System.Diagnostics;
using System.Linq.Expressions;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Configs;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

/// <summary>
/// What a test needs around actors: an actor system, a test actor that queues what it gets, and expectations over that
/// queue. The parts of this class: this file (system and test actor), Receive, Expect, ExpectFrom, ExpectSeveral, Await, Within.
/// Every wait is multiplied by <c>akka.test.timefactor</c> unless it stands inside <c>Within</c>.
/// </summary>
public abstract partial class TestKitBase
{
    private static int _testActorNumber;

    private readonly ITestKitAssertions _assertions;
    private readonly MessageQueue _queue = new();
    private EventFilterFactory _eventFilter;
    private TimeSpan? _end;
    private bool _lastWasNoMessage;
    private Received _last;

    /// <param name="assertions">How a test fails.</param>
    /// <param name="system">The actor system to use, or null for a new one.</param>
    /// <param name="testActorName">The name of the test actor, or null for a numbered one.</param>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystem system = null, string testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    /// <param name="assertions">How a test fails.</param>
    /// <param name="setup">The setup of the new actor system; the kit's default configuration lies below its own.</param>
    /// <param name="actorSystemName">The name of the actor system, or null for "test".</param>
    /// <param name="testActorName">The name of the test actor, or null for a numbered one.</param>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    /// <param name="assertions">How a test fails.</param>
    /// <param name="config">Laid over the kit's default configuration.</param>
    /// <param name="actorSystemName">The name of the actor system, or null for "test".</param>
    /// <param name="testActorName">The name of the test actor, or null for a numbered one.</param>
    protected TestKitBase(ITestKitAssertions assertions, Config config, string actorSystemName = null, string testActorName = null)
        : this(assertions, null, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), actorSystemName, testActorName)
    {
    }

    /// <param name="assertions">How a test fails.</param>
    /// <param name="system">The actor system to use, or null for a new one.</param>
    /// <param name="config">The setup of a new actor system.</param>
    /// <param name="actorSystemName">The name of a new actor system, or null for "test".</param>
    /// <param name="testActorName">The name of the test actor, or null for a numbered one.</param>
    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem system, ActorSystemSetup config, string actorSystemName, string testActorName)
    {
        _assertions = assertions ?? throw new ArgumentNullException(nameof(assertions));
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", WithDefaults(config));
        TestKitSettings = TestKitExtension.For(Sys);
        TestActor = CreateTestActor(testActorName ?? $"testActor{Interlocked.Increment(ref _testActorNumber)}", _queue);
        // Messages that the test itself sends come from the test actor, so that replies can be expected.
        if (this is not INoImplicitSender)
        {
            var cell = ((LocalActorRef)TestActor).Cell;
            ActorCell.Enter(cell);
            SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingContext(cell));
        }
        else if (this is not TestProbe)
        {
            // The thread may have run a test before that sent as its own test actor.
            ActorCell.Leave(null);
        }
    }

    /// <summary>The configuration that lies below every test's own.</summary>
    public static Config DefaultConfig => TestConfigs.DefaultConfig;

    /// <summary>A clock that never goes back.</summary>
    protected static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>The actor system of this test.</summary>
    public ActorSystem Sys { get; }

    /// <summary>The settings of the section <c>akka.test</c>.</summary>
    public TestKitSettings TestKitSettings { get; }

    /// <summary>The actor whose mail the expectations read.</summary>
    public IActorRef TestActor { get; }

    /// <summary>Expectations on log events and dead letters.</summary>
    public EventFilterFactory EventFilter => _eventFilter ??= new EventFilterFactory(this);

    /// <summary>Whether there is mail that no expectation has read.</summary>
    public bool HasMessages => _queue.HasMessages;

    /// <summary>The message that the last expectation read.</summary>
    public object LastMessage => _last.Message;

    /// <summary>Who sent the message that the last expectation read.</summary>
    public IActorRef LastSender => _last.Sender;

    /// <summary>The log of the actor system.</summary>
    public ILoggingAdapter Log => Sys.Log;

    /// <summary>Starts an actor under <c>/user</c>.</summary>
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props, null);

    /// <summary>Starts an actor under <c>/user</c>.</summary>
    public IActorRef ActorOf(Props props, string name) => Sys.ActorOf(props, name);

    /// <summary>Starts an actor under <c>/user</c>.</summary>
    public IActorRef ActorOf<TActor>() where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), null);

    /// <summary>Starts an actor under <c>/user</c>.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase =>
        Sys.ActorOf(Props.Create(factory), null);

    /// <summary>Starts an actor under <c>/user</c>.</summary>
    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name) where TActor : ActorBase =>
        Sys.ActorOf(Props.Create(factory), name);

    /// <summary>Starts an actor under <c>/user</c>.</summary>
    public IActorRef ActorOf<TActor>(string name) where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Selects actors by path.</summary>
    public ActorSelection ActorSelection(ActorPath actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>Selects actors by path.</summary>
    public ActorSelection ActorSelection(string actorPath) => Sys.ActorSelection(actorPath);

    /// <summary>Selects actors by a path relative to an actor.</summary>
    public ActorSelection ActorSelection(IActorRef anchorRef, string actorPath) => Sys.ActorSelection(anchorRef, actorPath);

    /// <summary>A second test actor with expectations of its own.</summary>
    public virtual TestProbe CreateTestProbe(string name = null) => CreateTestProbe(Sys, name);

    /// <summary>A second test actor with expectations of its own, in <paramref name="system"/>.</summary>
    public virtual TestProbe CreateTestProbe(ActorSystem system, string name = null) => new(system, _assertions, name);

    /// <summary>Another actor that puts its mail into this kit's queue.</summary>
    public IActorRef CreateTestActor(string name) => CreateTestActor(name, _queue);

    /// <summary>Expectations on log events and dead letters of another system.</summary>
    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>Makes the test actor act by itself on each message.</summary>
    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new QueueingActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>The test actor watches <paramref name="actorToWatch"/>; when this returns, it does.</summary>
    public IActorRef Watch(IActorRef actorToWatch) => Wait(WatchAsync(actorToWatch));

    /// <summary>The test actor watches <paramref name="actorToWatch"/>; when the task completes, it does.</summary>
    public Task<IActorRef> WatchAsync(IActorRef actorToWatch) =>
        TestActor.Ask<IActorRef>(new QueueingActor.StartWatching(actorToWatch), RemainingOrDefault);

    /// <summary>The test actor no longer watches <paramref name="actorToUnwatch"/>.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch) => Wait(UnwatchAsync(actorToUnwatch));

    /// <summary>The test actor no longer watches <paramref name="actorToUnwatch"/>.</summary>
    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch) =>
        TestActor.Ask<IActorRef>(new QueueingActor.StopWatching(actorToUnwatch), RemainingOrDefault);

    /// <summary>Ends the actor system of this kit and waits for it.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>Ends <paramref name="system"/> and waits for it, 5 s to 10 s by default.</summary>
    /// <exception cref="TimeoutException">It did not end in time and <paramref name="verifySystemShutdown"/> is set.</exception>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        system ??= Sys;
        if (ActorCell.Current is { } cell && cell.Self.Equals(TestActor))
            ActorCell.Leave(null);
        var limit = duration ?? TimeSpan.FromSeconds(Math.Min(Dilated(TimeSpan.FromSeconds(5)).TotalSeconds, 10));
        var ended = system.Terminate().Wait(limit);
        if (ended)
            return;

        if (verifySystemShutdown)
            throw new TimeoutException($"The actor system {system.Name} did not end within {limit.TotalSeconds:F2} seconds.");
        system.Log.Warning("The actor system {0} did not end within {1}.", system.Name, limit);
    }

    /// <summary><paramref name="duration"/> times <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) =>
        duration == Timeout.InfiniteTimeSpan ? duration : duration * TestKitSettings.TestTimeFactor;

    /// <summary>What sync forms wait with; internals never resume on the test's own context, so this cannot deadlock.</summary>
    internal static T Wait<T>(Task<T> task) => task.ConfigureAwait(false).GetAwaiter().GetResult();

    internal ITestKitAssertions TestAssertions => _assertions;

    private static ActorSystemSetup WithDefaults(ActorSystemSetup setup)
    {
        setup ??= ActorSystemSetup.Empty;
        var bootstrap = setup.Get<BootstrapSetup>() is { HasValue: true } found ? found.Value : BootstrapSetup.Create();
        var own = bootstrap.Config is { HasValue: true } config ? config.Value : ConfigurationFactory.Empty;
        return setup.WithSetup(bootstrap.WithConfig(own.WithFallback(DefaultConfig)));
    }

    private IActorRef CreateTestActor(string name, MessageQueue queue) =>
        ((ExtendedActorSystem)Sys).SystemActorOf(
            Props.Create(() => new QueueingActor(queue)).WithDispatcher("akka.test.test-actor.dispatcher"), name);
}
