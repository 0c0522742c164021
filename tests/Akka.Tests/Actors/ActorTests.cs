using Akka.Actor;
using Akka.TestKit;

namespace AkkaContract.Actors;

/// <summary>
/// An actor system and a test actor for each test. Nothing is printed, and what is expected may take long, for machines that have
/// other things to do. Where a test says that something does not come, it says so by what comes after it, not by waiting.
/// </summary>
public abstract class ActorTests(string hocon = "") : Akka.TestKit.Xunit2.TestKit(Quiet + hocon)
{
    private const string Quiet =
        """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          loggers = []
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          test { single-expect-default = 30s, default-timeout = 30s }
        }

        """;

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Starts an actor that does with each message what the test says.</summary>
    protected IActorRef Start(Action<Scripted, object> handle, string? name = null) => Sys.ActorOf(Script(handle), name);

    protected static Props Script(Action<Scripted, object> handle) => Props.Create(() => new Scripted(handle));

    /// <summary>A probe that gets everything of a type that is published on the event stream from now on.</summary>
    protected TestProbe Published<T>()
    {
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(T));
        return probe;
    }

    /// <summary>Stops an actor and waits until it is gone.</summary>
    protected async Task End(IActorRef actor) => Assert.True(await actor.GracefulStop(Patience));
}

/// <summary>An actor whose behaviour stands in the test; what it needs of itself it finds here.</summary>
public sealed class Scripted(Action<Scripted, object> handle) : UntypedActor, IWithStash
{
    public IStash Stash { get; set; } = null!;

    public IActorRef Me => Self;

    public IActorRef From => Sender;

    public IUntypedActorContext Cell => Context;

    public void Ignore(object message) => Unhandled(message);

    protected override void OnReceive(object message) => handle(this, message);
}

/// <summary>Runs a script as the parent of what it starts, under a strategy of the test's choice.</summary>
public sealed class Supervising(SupervisorStrategy strategy, Action<IUntypedActorContext, object> handle) : UntypedActor
{
    protected override SupervisorStrategy SupervisorStrategy() => strategy;

    protected override void OnReceive(object message) => handle(Context, message);
}
