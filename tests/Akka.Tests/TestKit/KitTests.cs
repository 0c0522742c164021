using Akka.Actor;
using Xunit.Sdk;

namespace AkkaContract.Testing;

/// <summary>The test kit under test: quiet, and patient where something is expected to come.</summary>
public abstract class KitTests(string hocon = "") : Akka.TestKit.Xunit2.TestKit(Quiet + hocon)
{
    private const string Quiet =
        """
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          log-dead-letters = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          test { single-expect-default = 30s, default-timeout = 30s, filter-leeway = 30s }
        }

        """;

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long a test waits for what it knows will not come.</summary>
    protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    protected static void Fails(Action test) => Assert.ThrowsAny<XunitException>(test);

    protected static Task FailsAsync(Func<Task> test) => Assert.ThrowsAnyAsync<XunitException>(test);

    protected IActorRef StartEcho() => Sys.ActorOf(Props.Create(() => new Echo()));

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
