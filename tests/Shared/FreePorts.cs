using System.Net.NetworkInformation;

namespace AkkaKv.TestSupport;

/// <summary>Ports for servers that a test starts.</summary>
internal static class FreePorts
{
    private const int First = 20_000;

    // Below the range from which Linux takes ports for outgoing connections: a stopped server finds its port free again.
    private const int End = 32_000;

    /// <summary>Different ports on which nobody listens now. They are chosen at random, because other tests run beside this one.</summary>
    public static int[] Take(int count)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        var ports = new int[count];
        for (var i = 0; i < count; i++)
        {
            do ports[i] = Random.Shared.Next(First, End);
            while (!taken.Add(ports[i]));
        }

        return ports;
    }
}
