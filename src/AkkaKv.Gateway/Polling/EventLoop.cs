using Microsoft.Win32.SafeHandles;

namespace AkkaKv.Gateway.Polling;

/// <summary>
/// One thread that waits for many descriptors and lets their owners do what they can without waiting. Whatever takes long must be done
/// elsewhere: it would keep all others of this loop waiting.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int EventsMax = 256;
    private const ulong WakeKey = ulong.MaxValue;

    private readonly Epoll _epoll = new(EventsMax);
    private readonly SafeFileHandle _wake = LibC.CreateEvent();
    private readonly PriorityQueue<LoopMember, long> _times = new();
    private List<LoopMember> _again = [];
    private List<LoopMember> _turns = [];
    private (LoopMember? Member, uint Generation)[] _members = [];
    private readonly Stack<int> _free = new();
    private int _load;

    /// <summary>What was posted and not seen yet, the latest first.</summary>
    private LoopMember? _posted;

    /// <summary>1 while the thread may be waiting, so that a post must wake it.</summary>
    private int _isAsleep;

    private volatile bool _isStopping;

    public EventLoop(string name)
    {
        // Edges: a wake-up is one write, and nobody has to read it.
        _epoll.Add((int)_wake.DangerousGetHandle(), WakeKey, LibC.In | LibC.Edge);
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Members that were given to the loop and have not left it. Readable from any thread.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Milliseconds of <see cref="Environment.TickCount64"/>, as of when the loop last woke.</summary>
    public long Now { get; private set; } = Environment.TickCount64;

    /// <summary>What members write replies with.</summary>
    public ReplyPool Replies { get; } = new();

    /// <summary>Counts a member that is about to join. Callable from any thread.</summary>
    public void Expect() => Interlocked.Increment(ref _load);

    /// <summary>Ends the thread when no member is left. Callable from any thread.</summary>
    public void Dispose()
    {
        _isStopping = true;
        Wake();
    }

    /// <summary>Begins to wait for a member's descriptor.</summary>
    public void Join(LoopMember member, int descriptor, int interest)
    {
        if (_free.Count == 0)
            AddSlots();

        // Events that were fetched before a member left must not reach the one that takes its place.
        var slot = _free.Peek();
        var generation = _members[slot].Generation + 1;
        member.Key = ((ulong)generation << 32) | (uint)slot;
        _epoll.Add(descriptor, member.Key, interest);
        _members[slot] = (member, generation);
        _free.Pop();
    }

    /// <summary>Waits for something else with a member's descriptor.</summary>
    public void Watch(LoopMember member, int descriptor, int interest) => _epoll.Change(descriptor, member.Key, interest);

    /// <summary>Forgets a member's descriptor, which the member closes.</summary>
    public void Forget(LoopMember member, int descriptor)
    {
        var slot = (int)(uint)member.Key;
        _epoll.Remove(descriptor);
        _members[slot].Member = null;
        _free.Push(slot);
    }

    /// <summary>A member has nothing to do here any more.</summary>
    public void Leave() => Interlocked.Decrement(ref _load);

    /// <summary>Calls a member at a time, or a little later. A call that is not wanted any more comes all the same.</summary>
    public void CallAt(LoopMember member, long time) => _times.Enqueue(member, time);

    /// <summary>Calls a member when the others have had their turn.</summary>
    public void CallAgain(LoopMember member) => _again.Add(member);

    /// <summary>Puts a member into the mail. It must not be there already.</summary>
    public void Deliver(LoopMember member)
    {
        var head = Volatile.Read(ref _posted);
        while (true)
        {
            member.NextPosted = head;
            var found = Interlocked.CompareExchange(ref _posted, member, head);
            if (found == head)
                break;
            head = found;
        }

        Wake();
    }

    private void AddSlots()
    {
        var former = _members.Length;
        Array.Resize(ref _members, Math.Max(64, former * 2));
        for (var slot = _members.Length - 1; slot >= former; slot--)
            _free.Push(slot);
    }

    /// <summary>One write wakes the thread for all that was posted until it looks.</summary>
    private void Wake()
    {
        if (Interlocked.CompareExchange(ref _isAsleep, 0, 1) != 1)
            return;

        try
        {
            LibC.Raise(_wake);
        }
        catch (ObjectDisposedException)
        {
            // It woke by itself, and had nothing left to do.
        }
    }

    private void Run()
    {
        while (!_isStopping || Load > 0)
        {
            var count = Wait();
            Now = Environment.TickCount64;
            for (var i = 0; i < count; i++)
            {
                var ready = _epoll.Event(i, out var key);
                if (key != WakeKey)
                    Dispatch(key, ready);
            }

            ReadMail();
            CallTurns();
            CallTimes();
        }

        Replies.Dispose();
        _epoll.Dispose();
        _wake.Dispose();
    }

    private int Wait()
    {
        if (_again.Count > 0)
            return _epoll.Wait(0);

        // Whoever posts after this looks sees that the thread must be woken.
        Interlocked.Exchange(ref _isAsleep, 1);
        var hasWork = Volatile.Read(ref _posted) is not null || _isStopping;
        var count = _epoll.Wait(hasWork ? 0 : UntilNextTime());
        Volatile.Write(ref _isAsleep, 0);
        return count;
    }

    private int UntilNextTime() =>
        _times.TryPeek(out _, out var time) ? (int)Math.Clamp(time - Environment.TickCount64, 0, int.MaxValue) : -1;

    private void Dispatch(ulong key, int ready)
    {
        var (member, generation) = _members[(int)(uint)key];
        if (member is null || generation != (uint)(key >> 32))
            return;

        try
        {
            member.OnReady(ready);
        }
        catch (Exception failure)
        {
            member.OnFailure(failure);
        }
    }

    private void ReadMail()
    {
        if (Volatile.Read(ref _posted) is null)
            return;

        var next = Interlocked.Exchange(ref _posted, null);
        LoopMember? first = null;
        while (next is not null)
            (next.NextPosted, next, first) = (first, next.NextPosted, next);

        while (first is { } member)
        {
            // From TakeSignals on it may be in the mail again.
            (first, member.NextPosted) = (member.NextPosted, null);
            try
            {
                member.TakeSignals();
            }
            catch (Exception failure)
            {
                member.OnFailure(failure);
            }
        }
    }

    private void CallTurns()
    {
        (_turns, _again) = (_again, _turns);
        foreach (var member in _turns)
        {
            try
            {
                member.OnTurn();
            }
            catch (Exception failure)
            {
                member.OnFailure(failure);
            }
        }

        _turns.Clear();
    }

    private void CallTimes()
    {
        while (_times.TryPeek(out var member, out var time) && time <= Now)
        {
            _times.Dequeue();
            try
            {
                member.OnTime();
            }
            catch (Exception failure)
            {
                member.OnFailure(failure);
            }
        }
    }
}
