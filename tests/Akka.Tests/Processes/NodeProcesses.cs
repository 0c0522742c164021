using System.Net.NetworkInformation;

namespace AkkaContract.Processes;

/// <summary>Three nodes in processes of their own, which end with the test whatever happens. Each knows all three as seeds.</summary>
public abstract class NodeProcesses : IAsyncLifetime
{
    private readonly List<NodeProcess> _processes = [];

    private protected NodeProcess[] Nodes { get; private set; } = [];

    /// <summary>What all nodes have said so far.</summary>
    private protected string Transcript => string.Join(Environment.NewLine, _processes);

    public Task InitializeAsync()
    {
        Nodes = [.. FreePorts(3).Select(Launch)];
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
    }

    private protected NodeProcess Launch(int port)
    {
        var process = new NodeProcess(port);
        _processes.Add(process);
        return process;
    }

    /// <summary>A cluster of all three, of which the first is the oldest and has the singleton.</summary>
    private protected async Task StartCluster()
    {
        for (var count = 1; count <= Nodes.Length; count++)
        {
            Nodes[count - 1].Start(minimum: 1, Nodes);
            await Task.WhenAll(Nodes[..count].Select(node => node.SeesUp(Nodes[..count])));
        }

        await Nodes[0].Says("singleton started");
    }

    // Not from the range that the system gives away by itself: a port must stay free while its node restarts.
    private static IEnumerable<int> FreePorts(int count)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return Enumerable.Repeat(0, int.MaxValue)
            .Select(_ => Random.Shared.Next(20_000, 32_000))
            .Where(taken.Add)
            .Take(count);
    }
}
