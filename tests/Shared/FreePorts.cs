using System.Net.NetworkInformation;

namespace AkkaKv.TestSupport;

/// <summary>Ports for servers that a test starts.</summary>
internal static class FreePorts
{
    private const int First = 20_000;

    // Below the range from which Linux takes ports for outgoing connections: a stopped server finds its port free again.
    private const int End = 32_000;

    // Nobody listens at the port of a server that was killed and will be started again, so looking does not tell whether it is free.
    private static readonly List<Mutex> Held = [];

    /// <summary>
    /// Different ports on which nobody listens now and which no other call has taken, in this process or in those that run other tests
    /// beside it, until the process ends.
    /// </summary>
    public static int[] Take(int count)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        var ports = new int[count];
        for (var i = 0; i < count; i++)
        {
            do ports[i] = Random.Shared.Next(First, End);
            while (!taken.Add(ports[i]) || !Hold(ports[i]));
        }

        return ports;
    }

    private static bool Hold(int port)
    {
        // That it exists is what counts; nobody waits for it.
        var name = new Mutex(false, $@"Global\akkakv-test-port-{port}", out var isNew);
        if (isNew)
        {
            lock (Held)
                Held.Add(name);
        }
        else
        {
            name.Dispose();
        }

        return isNew;
    }
}
