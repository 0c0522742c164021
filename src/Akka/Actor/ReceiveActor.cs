using Akka.Actor.Internal;

namespace Akka.Actor;

/// <summary>
/// An actor that declares a handler for each type of message, in its constructor or in the method given to Become.
/// Handlers are tried in the order of their declaration; a message that none takes is unhandled.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly HandlerList _initial = new();
    private HandlerList _declaring;

    protected ReceiveActor() => _declaring = _initial;

    /// <summary>Replaces the behaviour by the handlers that <paramref name="configure"/> declares.</summary>
    protected void Become(Action configure) => Become(Declare(configure));

    /// <summary>Puts the handlers that <paramref name="configure"/> declares over the current behaviour.</summary>
    protected void BecomeStacked(Action configure) => BecomeStacked(Declare(configure));

    protected sealed override void OnReceive(object message)
    {
        if (!_initial.TryHandle(message))
            Unhandled(message);
    }

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) =>
        Declaring.Add(new ActionHandler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <param name="handler">Returns false to leave the message to the next handler.</param>
    protected void Receive<T>(Func<T, bool> handler) => Declaring.Add(new FuncHandler<T>(handler));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) =>
        Declaring.Add(new TypedHandler(messageType, message =>
        {
            if (shouldHandle?.Invoke(message) is false)
                return false;

            handler(message);
            return true;
        }));

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) => Declaring.Add(new TypedHandler(messageType, handler));

    /// <summary>Takes whatever no other handler took. Nothing can be declared after it.</summary>
    protected void ReceiveAny(Action<object> handler) => Declaring.AddLast(new ActionHandler<object>(handler, null));

    /// <summary>
    /// An asynchronous handler: other mail waits until it is done, and after each await Sender, Self and Context are as before.
    /// </summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) =>
        Receive(message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        ReceiveAsync(messageType, handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(message => RunTask(() => handler(message)));

    private HandlerList Declaring => _declaring ?? throw new InvalidOperationException(
        "Handlers are declared in the constructor or in a method given to Become, not while a message is handled.");

    private Receive Declare(Action configure)
    {
        var outer = _declaring;
        var handlers = new HandlerList();
        _declaring = handlers;
        try
        {
            configure();
        }
        finally
        {
            _declaring = outer;
        }

        return handlers.TryHandle;
    }

    internal override Receive InitialBehavior() => _initial.TryHandle;

    /// <summary>The actor is constructed: from now on handlers can only be declared through Become.</summary>
    internal void EndDeclaration() => _declaring = null;
}
