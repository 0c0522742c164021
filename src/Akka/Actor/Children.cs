#nullable enable
namespace Akka.Actor;

/// <summary>What a cell does once the children that were told to stop are gone.</summary>
internal abstract record ChildrenAwaited
{
    private ChildrenAwaited()
    {
    }

    /// <summary>Make the actor anew after a failure.</summary>
    internal sealed record Recreation(Exception Cause) : ChildrenAwaited;

    /// <summary>Make the actor that could not be made before.</summary>
    internal sealed record Creation : ChildrenAwaited;

    /// <summary>End.</summary>
    internal sealed record Termination : ChildrenAwaited;
}

/// <summary>A child and how often it was restarted of late.</summary>
internal sealed class ChildStats(LocalActorRef child)
{
    private int _restarts;
    private long _windowStart;

    public LocalActorRef Child { get; } = child;

    public long Uid { get; } = child.Path.Uid;

    /// <summary>Counts one more restart; false when that is one too many.</summary>
    /// <param name="retriesMax">Negative for no limit.</param>
    /// <param name="windowMilliseconds">Restarts longer ago than this do not count; zero or less for no window.</param>
    public bool RequestRestart(int retriesMax, int windowMilliseconds)
    {
        if (retriesMax < 0 && windowMilliseconds <= 0)
            return true;
        if (retriesMax == 0)
            return false;

        // A window without a number of retries means one.
        var allowed = retriesMax < 0 ? 1 : retriesMax;
        var now = Environment.TickCount64;
        if (windowMilliseconds > 0 && (_restarts == 0 || now - _windowStart > windowMilliseconds))
        {
            _restarts = 0;
            _windowStart = now;
        }

        return ++_restarts <= allowed;
    }
}

/// <summary>
/// The children of a cell by name. A name is reserved before its child exists and free again when the child's end was
/// noticed. Read by path lookups of any thread, so every method takes the lock.
/// </summary>
internal sealed class Children
{
    private static readonly LocalActorRef[] None = [];

    private readonly Lock _gate = new();
    private Dictionary<string, ChildStats?>? _byName;
    private HashSet<IActorRef>? _dying;
    private ChildrenAwaited? _awaited;
    private bool _ended;

    /// <summary>Whether the cell waits for children before it goes on with a restart or its end.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
                return _awaited is not null;
        }
    }

    /// <summary>Whether the cell is ending or has ended.</summary>
    public bool IsTerminating
    {
        get
        {
            lock (_gate)
                return _ended || _awaited is ChildrenAwaited.Termination;
        }
    }

    /// <exception cref="InvalidActorNameException">The name is taken.</exception>
    /// <exception cref="InvalidOperationException">The parent is ending.</exception>
    public void Reserve(string name, IActorRef parent)
    {
        lock (_gate)
        {
            if (_ended || _awaited is ChildrenAwaited.Termination)
                throw new InvalidOperationException($"{parent} is ending and cannot create '{name}'.");
            if (!(_byName ??= new Dictionary<string, ChildStats?>(StringComparer.Ordinal)).TryAdd(name, null))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique below {parent.Path}.");
        }
    }

    public void Unreserve(string name)
    {
        lock (_gate)
            _byName?.Remove(name);
    }

    public void Add(string name, LocalActorRef child)
    {
        lock (_gate)
            _byName![name] = new ChildStats(child);
    }

    public ChildStats? Find(string name)
    {
        lock (_gate)
            return _byName?.GetValueOrDefault(name);
    }

    public ChildStats? Find(IActorRef child) => Find(child.Path.Name) is { } stats && stats.Child.Equals(child) ? stats : null;

    public LocalActorRef[] Refs()
    {
        lock (_gate)
            return _byName is { Count: > 0 } ? [.. _byName.Values.OfType<ChildStats>().Select(stats => stats.Child)] : None;
    }

    public ChildStats[] All()
    {
        lock (_gate)
            return _byName is { Count: > 0 } ? [.. _byName.Values.OfType<ChildStats>()] : [];
    }

    /// <summary>The child was told to stop; a restart or the end of the cell waits for it.</summary>
    public void MarkDying(IActorRef child)
    {
        lock (_gate)
        {
            if (_byName?.GetValueOrDefault(child.Path.Name) is { } stats && stats.Child.Equals(child))
                (_dying ??= []).Add(stats.Child);
        }
    }

    /// <summary>Remembers what to do when all dying children are gone. False when there are none: it can be done at once.</summary>
    public bool Await(ChildrenAwaited purpose)
    {
        lock (_gate)
        {
            if (_dying is not { Count: > 0 })
            {
                _awaited = null;
                return false;
            }

            _awaited = purpose;
            return true;
        }
    }

    /// <summary>Forgets a child that is gone. Gives what waited for it if it was the last one.</summary>
    public ChildrenAwaited? Remove(IActorRef child)
    {
        lock (_gate)
        {
            if (_byName?.GetValueOrDefault(child.Path.Name) is not { } stats || !stats.Child.Equals(child))
                return null;

            _byName.Remove(child.Path.Name);
            if (_dying is null || !_dying.Remove(child) || _dying.Count > 0)
                return null;

            var awaited = _awaited;
            _awaited = null;
            return awaited;
        }
    }

    /// <summary>No child can be created from now on.</summary>
    public void End()
    {
        lock (_gate)
            _ended = true;
    }
}
