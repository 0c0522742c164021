using Akka.Actor;

namespace Akka.Event;

/// <summary>What logs: a name for the reader and a type for filters.</summary>
public readonly struct LogSource
{
    private LogSource(string source, Type type)
    {
        Source = source;
        Type = type;
    }

    public string Source { get; }

    public Type Type { get; }

    public static LogSource Create(object o) => Create(o, null);

    public static LogSource Create(object o, ActorSystem system) => o switch
    {
        IActorContext context => new LogSource(FromActor(context, system), SourceType(o)),
        IActorRef actor => new LogSource(FromActorRef(actor, system), SourceType(o)),
        string name => new LogSource(FromString(name, system), SourceType(o)),
        Type type => new LogSource(FromType(type, system), type),
        LogSource source => source,
        _ => new LogSource(FromType(o.GetType(), system), o.GetType()),
    };

    public static LogSource Create(string source, Type t) => new(source, t);

    public static string FromActor(IActorContext actor, ActorSystem system) => FromActorRef(actor.Self, system);

    /// <summary>The path of the actor, with the address under which others know it where that is known.</summary>
    public static string FromActorRef(IActorRef a, ActorSystem system) =>
        system is ExtendedActorSystem { Provider.DefaultAddress: { } address } ? a.Path.ToStringWithAddress(address) : a.Path.ToString();

    public static string FromString(string source, ActorSystem system) => system is null ? source : $"{source}({system.Name})";

    public static string FromType(Type t, ActorSystem system) => FromString(Logging.SimpleName(t), system);

    public static Type SourceType(object o) => o switch
    {
        IActorContext context => context.Props.Type,
        IActorRef actor => actor.GetType(),
        Type type => type,
        _ => o.GetType(),
    };
}
