using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Makes the objects of one actor, for those who cannot be made by calling a constructor.</summary>
public interface IIndirectActorProducer
{
    Type ActorType { get; }

    /// <summary>A new actor object. Called at the start and at each restart.</summary>
    ActorBase Produce();

    /// <summary>An actor object is out of use.</summary>
    void Release(ActorBase actor);
}

/// <summary>
/// How to make an actor: its type, the arguments of its constructor and where it runs. Immutable. The arguments are
/// evaluated once and used again for every restart, so they must hold no state of an actor.
/// </summary>
public class Props
{
    private const BindingFlags PublicConstructor =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.CreateInstance | BindingFlags.DoNotWrapExceptions;

    /// <summary>An actor that handles nothing.</summary>
    public static readonly Props None = Create<EmptyActor>();

    private readonly ConstructorInfo _constructor;
    private readonly IIndirectActorProducer _producer;

    private Props(Type type, ConstructorInfo constructor, IIndirectActorProducer producer, object[] arguments)
    {
        Type = type;
        _constructor = constructor;
        _producer = producer;
        Arguments = arguments ?? [null];
    }

    private protected Props(Props copy)
        : this(copy.Type, copy._constructor, copy._producer, copy.Arguments)
    {
        Dispatcher = copy.Dispatcher;
        SupervisorStrategy = copy.SupervisorStrategy;
        StashCapacity = copy.StashCapacity;
    }

    /// <summary>The type of the actor.</summary>
    public Type Type { get; }

    public string TypeName => Type.AssemblyQualifiedName;

    /// <summary>What the constructor gets.</summary>
    public object[] Arguments { get; }

    /// <summary>Configuration path of the dispatcher; the default one unless set.</summary>
    public string Dispatcher { get; private init; } = Dispatch.Dispatchers.DefaultDispatcherId;

    /// <summary>Takes the place of the strategy that the actor itself names; null to leave it that.</summary>
    public SupervisorStrategy SupervisorStrategy { get; private init; }

    /// <summary>Messages the stash may hold; -1 for no limit.</summary>
    internal int StashCapacity { get; private init; } = -1;

    /// <summary>Props from the constructor call in an expression: <c>Props.Create(() => new Worker(3))</c>.</summary>
    /// <exception cref="ArgumentException">The expression is anything else than a constructor call.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression call)
            throw new ArgumentException("Props need an expression of the form () => new Actor(arguments).", nameof(factory));

        return new Props(typeof(TActor), call.Constructor, null, [.. call.Arguments.Select(ExpressionValue.Of)])
        {
            SupervisorStrategy = supervisorStrategy,
        };
    }

    public static Props Create<TActor>(params object[] args)
        where TActor : ActorBase => new(typeof(TActor), null, null, args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(typeof(TActor), null, null, []) { SupervisorStrategy = supervisorStrategy };

    /// <exception cref="ArgumentException">The type is no actor.</exception>
    public static Props Create(Type type, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return typeof(ActorBase).IsAssignableFrom(type)
            ? new Props(type, null, null, args)
            : throw new ArgumentException($"{type} is no actor.", nameof(type));
    }

    /// <summary>Props of an actor that a producer makes.</summary>
    public static Props CreateBy(IIndirectActorProducer producer, params object[] args)
    {
        ArgumentNullException.ThrowIfNull(producer);
        return new Props(producer.ActorType, null, producer, args);
    }

    /// <summary>Props of an actor that a producer makes, which is made from <paramref name="args"/> itself.</summary>
    public static Props CreateBy<TProducer>(params object[] args)
        where TProducer : class, IIndirectActorProducer =>
        CreateBy((TProducer)Activator.CreateInstance(typeof(TProducer), args), args);

    /// <summary>The same, on another dispatcher.</summary>
    /// <param name="dispatcher">Configuration path of its section.</param>
    public Props WithDispatcher(string dispatcher) => new(this) { Dispatcher = dispatcher };

    /// <summary>The same, with a strategy for the actor's children.</summary>
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    /// <summary>The same, with a limit to the stash.</summary>
    /// <param name="stashCapacity">Messages; zero or less for no limit.</param>
    public Props WithStashCapacity(int stashCapacity) => new(this) { StashCapacity = stashCapacity };

    /// <summary>
    /// A new actor object, made by a public constructor. Only the engine can call it: an actor needs a cell around it.
    /// </summary>
    /// <exception cref="MissingMethodException">No public constructor takes the arguments.</exception>
    public virtual ActorBase NewActor()
    {
        if (_producer is not null)
            return _producer.Produce();
        if (_constructor is { IsPublic: true })
            return (ActorBase)_constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, Arguments, null);
        return (ActorBase)Activator.CreateInstance(Type, PublicConstructor, null, Arguments, null);
    }

    internal void Release(ActorBase actor)
    {
        if (_producer is not null)
            _producer.Release(actor);
        else
            (actor as IDisposable)?.Dispose();
    }

    private sealed class EmptyActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}

/// <summary>Evaluates an argument of a constructor call in an expression.</summary>
internal static class ExpressionValue
{
    /// <summary>Constants and captured variables are read directly; compiling code for them would cost a millisecond each.</summary>
    public static object Of(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(member.Expression is null ? null : Of(member.Expression)),
        _ => Expression.Lambda<Func<object>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };
}
