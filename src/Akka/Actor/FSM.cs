namespace Akka.Actor;

/// <summary>The common root of actors that are finite state machines.</summary>
public abstract class FSMBase : ActorBase
{
    private protected FSMBase()
    {
    }
}

/// <summary>
/// An actor that is in one state at a time, with data that belongs to the state. The engine's own use it; it has no public DSL.
/// </summary>
public abstract class FSM<TState, TData> : FSMBase
{
    private protected FSM()
    {
    }

    internal TState CurrentState { get; private set; }

    internal TData CurrentData { get; private set; }

    internal void GoTo(TState state, TData data)
    {
        CurrentState = state;
        CurrentData = data;
    }
}
