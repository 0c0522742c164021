using AkkaKv.TestSupport;

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
        Nodes = [.. FreePorts.Take(3).Select(Launch)];
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
}
