using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What a probe does by itself with each message, beside queueing it; returns what to do with the next.</summary>
public abstract class AutoPilot
{
    /// <summary>Stop: from now on messages are only queued.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <summary>Go on with the same pilot.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Called in the probe's actor for each message.</summary>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

/// <summary>The answer that ends an auto pilot.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    private NoAutoPilot()
    {
    }

    /// <summary>The only one.</summary>
    public static readonly NoAutoPilot Instance = new();

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => this;
}

/// <summary>The answer that keeps the same auto pilot.</summary>
public sealed class KeepRunning : AutoPilot
{
    private KeepRunning()
    {
    }

    /// <summary>The only one.</summary>
    public static readonly KeepRunning Instance = new();

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning is an answer of a pilot, not a pilot.");
}

/// <summary>An auto pilot's step as a lambda.</summary>
public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

/// <summary>An auto pilot made of a lambda.</summary>
public sealed class DelegateAutoPilot : AutoPilot
{
    private readonly AutoPilotDelegate _step;

    /// <param name="autoPilotDelegate">Called for each message.</param>
    public DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate)
    {
        _step = autoPilotDelegate;
    }

    /// <inheritdoc/>
    public override AutoPilot Run(IActorRef sender, object message) => _step(sender, message);
}
