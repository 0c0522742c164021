using Akka.Actor;

namespace Akka.TestKit;

/// <summary>
/// A test actor of its own, with its own queue and expectations. It stands for its actor wherever a reference is wanted.
/// </summary>
public class TestProbe : TestKitBase, INoImplicitSender, IActorRef, IActorRefWrapper
{
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="assertions">How a test fails.</param>
    /// <param name="testProbeName">The name of its actor, or null for a numbered one.</param>
    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string testProbeName = null)
        : base(assertions, system, testProbeName)
    {
    }

    /// <summary>The probe's actor.</summary>
    public IActorRef Ref => TestActor;

    /// <summary>Who sent the message that the last expectation read.</summary>
    public IActorRef Sender => LastSender;

    ActorPath IActorRef.Path => TestActor.Path;

    IActorRef IActorRefWrapper.Inner => TestActor;

    /// <summary>Sends a message from the probe's actor.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    /// <summary>Sends the last message on, with its own sender.</summary>
    public void Forward(IActorRef actor) => actor.Tell(LastMessage, LastSender);

    /// <summary>Sends a message on, with the sender of the last one.</summary>
    public void Forward(IActorRef actor, object message) => actor.Tell(message, LastSender);

    /// <summary>Answers the sender of the last message.</summary>
    public void Reply(object message) => LastSender.Tell(message, TestActor);

    /// <inheritdoc/>
    public override TestProbe CreateTestProbe(ActorSystem system, string name = null) =>
        throw new NotSupportedException("A probe makes no probes; ask the test kit.");

    /// <inheritdoc/>
    public int CompareTo(object obj) => TestActor.CompareTo(obj);

    /// <inheritdoc/>
    public override bool Equals(object obj) => ReferenceEquals(this, obj) || TestActor.Equals(obj);

    /// <inheritdoc/>
    public override int GetHashCode() => TestActor.GetHashCode();

    void ICanTell.Tell(object message, IActorRef sender) => TestActor.Tell(message, sender);

    bool IEquatable<IActorRef>.Equals(IActorRef other) => TestActor.Equals(other is IActorRefWrapper wrapper ? wrapper.Inner : other);

    int IComparable<IActorRef>.CompareTo(IActorRef other) => TestActor.CompareTo(other);
}
