using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2;

/// <summary>
/// The base class of tests of actors with xunit 2: an actor system of its own for each test, ended with the test.
/// </summary>
public class TestKit : TestKitBase, IDisposable
{
    /// <summary>Where log events go, when the test class passed it on.</summary>
    protected readonly ITestOutputHelper Output;

    private bool _disposed;

    /// <param name="system">An actor system to use, or null for a new one. The kit ends it in either case.</param>
    /// <param name="output">Where to write log events, or null.</param>
    public TestKit(ActorSystem system = null, ITestOutputHelper output = null)
        : base(Assertions, system)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <param name="config">The setup of the actor system.</param>
    /// <param name="actorSystemName">Its name, or null for "test".</param>
    /// <param name="output">Where to write log events, or null.</param>
    public TestKit(ActorSystemSetup config, string actorSystemName = null, ITestOutputHelper output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <param name="config">Laid over the default configuration of the kit.</param>
    /// <param name="actorSystemName">The name of the actor system, or null for "test".</param>
    /// <param name="output">Where to write log events, or null.</param>
    public TestKit(Config config, string actorSystemName = null, ITestOutputHelper output = null)
        : base(Assertions, config, actorSystemName)
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <param name="config">HOCON, laid over the default configuration of the kit.</param>
    /// <param name="output">Where to write log events, or null.</param>
    public TestKit(string config, ITestOutputHelper output = null)
        : base(Assertions, ConfigurationFactory.ParseString(config))
    {
        Output = output;
        InitializeLogger(Sys);
    }

    /// <summary>How this kit fails a test.</summary>
    protected static XunitAssertions Assertions { get; } = new();

    /// <summary>The configuration below the test's own.</summary>
    public static new Config DefaultConfig => TestKitBase.DefaultConfig;

    /// <summary>Called once when the test is over; ends the actor system.</summary>
    protected virtual void AfterAll() => Shutdown();

    /// <summary>Sends the log events of <paramref name="system"/> to the test's output, when there is one.</summary>
    protected void InitializeLogger(ActorSystem system)
    {
        if (Output is null)
            return;

        var logger = ((ExtendedActorSystem)system).SystemActorOf(
            Props.Create(() => new Internals.TestOutputLogger(Output)), "log-test");
        foreach (var level in new[] { typeof(Debug), typeof(Info), typeof(Warning), typeof(Error) })
            system.EventStream.Subscribe(logger, level);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the kit; override to end what a test class holds, and call the base.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed)
            return;

        _disposed = true;
        if (disposing)
            AfterAll();
    }
}
