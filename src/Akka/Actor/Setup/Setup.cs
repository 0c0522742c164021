namespace Akka.Actor.Setup;

/// <summary>Settings of one kind that are handed to an actor system as an object.</summary>
public abstract class Setup
{
    /// <summary>Both this and the other.</summary>
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
