#nullable enable
using System.Runtime.CompilerServices;

namespace Akka.Actor.Internal;

/// <summary>One handler of a <see cref="ReceiveActor"/>.</summary>
internal abstract class Handler
{
    /// <summary>Whether it is for messages of this type.</summary>
    public abstract bool Accepts(Type type);

    /// <summary>Takes a message of an accepted type, or declines it.</summary>
    public abstract bool TryHandle(object message);
}

internal sealed class ActionHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : Handler
{
    public override bool Accepts(Type type) => type.IsAssignableTo(typeof(T));

    public override bool TryHandle(object message)
    {
        var typed = Typed<T>.Of(message);
        if (shouldHandle?.Invoke(typed) is false)
            return false;

        handler(typed);
        return true;
    }
}

internal sealed class FuncHandler<T>(Func<T, bool> handler) : Handler
{
    public override bool Accepts(Type type) => type.IsAssignableTo(typeof(T));

    public override bool TryHandle(object message) => handler(Typed<T>.Of(message));
}

/// <summary>A handler whose type is only known at run time.</summary>
internal sealed class TypedHandler(Type handled, Func<object, bool> handler) : Handler
{
    public override bool Accepts(Type type) => type.IsAssignableTo(handled);

    public override bool TryHandle(object message) => handler(message);
}

internal static class Typed<T>
{
    /// <summary>The message as what it is known to be: the test was made once for its type, not again for each message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(object message) => typeof(T).IsValueType ? (T)message : Unsafe.As<object, T>(ref message);
}

/// <summary>
/// The handlers of one behaviour in the order of their declaration. Which of them accept a type of message is found out when the
/// first message of that type comes.
/// </summary>
internal sealed class HandlerList
{
    private readonly List<Handler> _handlers = [];
    private Dictionary<Type, Handler[]>? _byType;
    private Type? _lastType;
    private Handler[] _lastHandlers = [];
    private bool _complete;

    public void Add(Handler handler)
    {
        if (_complete)
            throw new InvalidOperationException("No handler can follow ReceiveAny: it would never be called.");

        _handlers.Add(handler);
    }

    public void AddLast(Handler handler)
    {
        Add(handler);
        _complete = true;
    }

    public bool TryHandle(object message)
    {
        var type = message.GetType();
        var handlers = type == _lastType ? _lastHandlers : Find(type);
        foreach (var handler in handlers)
        {
            if (handler.TryHandle(message))
                return true;
        }

        return false;
    }

    private Handler[] Find(Type type)
    {
        if (!(_byType ??= []).TryGetValue(type, out var handlers))
            _byType[type] = handlers = [.. _handlers.Where(handler => handler.Accepts(type))];

        (_lastType, _lastHandlers) = (type, handlers);
        return handlers;
    }
}
