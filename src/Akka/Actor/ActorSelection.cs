using System.IO.Enumeration;

namespace Akka.Actor;

/// <summary>One step of a selection.</summary>
public abstract class SelectionPathElement
{
    private protected SelectionPathElement()
    {
    }
}

/// <summary>Down to the child of that name.</summary>
public class SelectChildName(string name) : SelectionPathElement
{
    public string Name { get; } = name;

    public override string ToString() => Name;
}

/// <summary>Down to every child whose name fits a pattern: * stands for anything, ? for one character.</summary>
public class SelectChildPattern(string patternStr) : SelectionPathElement
{
    public string PatternStr { get; } = patternStr;

    public override string ToString() => PatternStr;
}

/// <summary>Up to the parent.</summary>
public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    private SelectParent()
    {
    }

    public override string ToString() => "..";
}

/// <summary>A message on its way along a selection.</summary>
public class ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public object Message { get; } = message;

    public SelectionPathElement[] Elements { get; } = elements;

    /// <summary>Whether a pattern has been passed on the way.</summary>
    public bool WildCardFanOut { get; } = wildCardFanOut;

    public override string ToString() =>
        $"ActorSelectionMessage: {string.Join('/', Elements.Select(element => element.ToString()))} - {Message}";
}

/// <summary>
/// Actors named by where they are: each message finds whoever is there when it arrives, which may be nobody, or many.
/// Messages to an actor through a selection and through its reference may overtake each other.
/// </summary>
public class ActorSelection : ICanTell
{
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, string.IsNullOrEmpty(path) ? [] : path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
    {
        Anchor = anchor;
        Path = [.. elements.Where(element => element.Length > 0).Select(Element)];
    }

    /// <summary>Where it starts.</summary>
    public IActorRef Anchor { get; }

    /// <summary>The steps from there.</summary>
    public SelectionPathElement[] Path { get; }

    /// <summary>The steps as text.</summary>
    public string PathString => "/" + string.Join('/', Path.Select(element => element.ToString()));

    /// <summary>Sends to whoever is there; the running actor is the sender unless another is given.</summary>
    public void Tell(object message, IActorRef sender = null)
    {
        if (message is null)
            throw new InvalidMessageException();

        Deliver(Anchor.AsInternal(), new ActorSelectionMessage(message, Path), sender ?? ActorCell.GetCurrentSelfOrNoSender());
    }

    /// <summary>The reference of the one who is there.</summary>
    /// <exception cref="ActorNotFoundException">Nobody answered in time.</exception>
    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException($"There is no actor at {this}.");
        }
        catch (Exception e) when (e is not ActorNotFoundException)
        {
            throw new ActorNotFoundException($"No actor answered at {this}.", e);
        }
    }

    public override bool Equals(object obj) =>
        obj is ActorSelection other && Equals(Anchor, other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path.ToStringWithAddress()}), Path({PathString})]";

    /// <summary>Walks from a local actor along the steps; what leaves this process goes on there.</summary>
    internal static void Deliver(InternalActorRefBase anchor, ActorSelectionMessage selection, IActorRef sender)
    {
        var current = anchor;
        for (var i = 0; i < selection.Elements.Length; i++)
        {
            if (!current.IsLocal)
            {
                current.Tell(new ActorSelectionMessage(selection.Message, selection.Elements[i..], selection.WildCardFanOut), sender);
                return;
            }

            switch (selection.Elements[i])
            {
                case SelectParent:
                    current = current.Parent is Nobody ? current : current.Parent;
                    break;
                case SelectChildName named when current.GetChild([named.Name]) is var child and not Nobody:
                    current = child;
                    break;
                case SelectChildPattern pattern:
                    DeliverToAll(current, pattern, selection, i + 1, sender);
                    return;
                default:
                    DeliverToNobody(current, selection, i, sender);
                    return;
            }
        }

        if (current.IsLocal)
            current.Tell(selection.Message, sender);
        else
            current.Tell(new ActorSelectionMessage(selection.Message, [], selection.WildCardFanOut), sender);
    }

    private static void DeliverToAll(
        InternalActorRefBase parent, SelectChildPattern pattern, ActorSelectionMessage selection, int next, IActorRef sender)
    {
        if (parent is not LocalActorRef local)
            return;

        var rest = new ActorSelectionMessage(selection.Message, selection.Elements[next..], wildCardFanOut: true);
        var found = false;
        foreach (var child in local.Cell.ChildActors.Refs())
        {
            if (!FileSystemName.MatchesSimpleExpression(pattern.PatternStr, child.Path.Name, ignoreCase: false))
                continue;
            found = true;
            Deliver(child, rest, sender);
        }

        if (!found)
            DeliverToNobody(parent, selection, next - 1, sender);
    }

    /// <summary>An Identify is answered even here; anything else is a dead letter, unless a pattern sent it down many ways.</summary>
    private static void DeliverToNobody(InternalActorRefBase last, ActorSelectionMessage selection, int from, IActorRef sender)
    {
        if (selection.Message is Identify identify)
        {
            sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
            return;
        }

        if (selection.WildCardFanOut)
            return;

        var path = last.Path / selection.Elements[from..].Select(element => element.ToString());
        new EmptyLocalActorRef(last.Provider, path).Tell(selection.Message, sender);
    }

    private static SelectionPathElement Element(string name) => name switch
    {
        ".." => SelectParent.Instance,
        _ when name.AsSpan().ContainsAny('*', '?') => new SelectChildPattern(name),
        _ => new SelectChildName(name),
    };
}
