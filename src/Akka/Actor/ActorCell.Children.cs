#nullable enable
using System.Text;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private const string NameAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    private readonly Children _children = new();
    private long _nameCounter = -1;

    internal Children ChildActors => _children;

    public IActorRef ActorOf(Props props, string? name = null) => AttachChild(props, name);

    public IActorRef Child(string name) => GetChild(name);

    public IEnumerable<IActorRef> GetChildren() => _children.Refs();

    public void Stop(IActorRef child)
    {
        var target = child.AsInternal();
        _children.MarkDying(target);
        target.Stop();
    }

    /// <summary>The child of that name ("name" or "name#uid"), or Nobody. From any thread.</summary>
    public InternalActorRef GetChild(string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        if (_children.Find(hash < 0 ? name : name[..hash])?.Child is not { } child)
            return Nobody.Instance;
        return hash < 0 || name.AsSpan(hash + 1).SequenceEqual(child.Path.Uid.ToString(Invariant)) ? child : Nobody.Instance;
    }

    /// <summary>Creates and starts a child. From any thread for the guardians, on the cell's turn for all others.</summary>
    internal LocalActorRef AttachChild(Props props, string? name)
    {
        if (name is not null && !ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"'{name}' is no valid actor name: not empty, not starting with '$', of letters, digits and {ActorPath.ValidSymbols}");
        }

        name ??= NextName();

        _children.Reserve(name, Self);
        LocalActorRef child;
        try
        {
            var path = new ChildActorPath(Self.Path, name, ActorUid.Next());
            child = SystemImpl.ProviderImpl.MakeLocal(SystemImpl, props, Self, path);
        }
        catch
        {
            _children.Unreserve(name);
            throw;
        }

        _children.Add(name, child);
        child.Start();
        return child;
    }

    /// <summary>What <see cref="ActorBase.PreRestart"/> does to the children.</summary>
    internal void UnwatchAndStopChildren()
    {
        foreach (var child in _children.Refs())
        {
            Unwatch(child);
            Stop(child);
        }
    }

    private string NextName()
    {
        var number = Interlocked.Increment(ref _nameCounter);
        var name = new StringBuilder("$", 8);
        do
        {
            name.Append(NameAlphabet[(int)(number & 63)]);
            number >>= 6;
        }
        while (number > 0);
        return name.ToString();
    }

    private void SuspendChildren(IActorRef? except = null)
    {
        foreach (var child in _children.Refs())
        {
            if (!child.Equals(except))
                child.Suspend();
        }
    }

    private void ResumeChildren(Exception? causedByFailure, IActorRef? perpetrator)
    {
        foreach (var child in _children.Refs())
            child.Resume(child.Equals(perpetrator) ? causedByFailure : null);
    }

    /// <summary>A child is gone: the supervisor strategy hears of it, and whatever waited for the last child goes on.</summary>
    private void HandleChildTerminated(IActorRef child)
    {
        switch (_children.Remove(child))
        {
            case ChildrenAwaited.Recreation recreation:
                FinishRecreate(recreation.Cause);
                break;
            case ChildrenAwaited.Creation:
                FinishCreate();
                break;
            case ChildrenAwaited.Termination:
                FinishTerminate();
                break;
        }
    }
}
