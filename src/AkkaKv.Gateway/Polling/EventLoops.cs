namespace AkkaKv.Gateway.Polling;

/// <summary>The loops of one gateway.</summary>
internal sealed class EventLoops
{
    private readonly EventLoop[] _loops;

    /// <summary>Starts so many threads.</summary>
    public EventLoops(int count)
    {
        _loops = new EventLoop[count];
        for (var i = 0; i < count; i++)
            _loops[i] = new EventLoop($"clients-{i + 1}");
    }

    /// <summary>The one with the fewest members: members stay where they begin.</summary>
    public EventLoop Idlest()
    {
        var idlest = _loops[0];
        foreach (var loop in _loops)
        {
            if (loop.Load < idlest.Load)
                idlest = loop;
        }

        return idlest;
    }

    /// <summary>Ends each thread when its last member has left.</summary>
    public void Stop()
    {
        foreach (var loop in _loops)
            loop.Dispose();
    }
}
