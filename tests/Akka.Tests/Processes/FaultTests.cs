namespace AkkaContract.Processes;

public sealed class FaultTests : NodeProcesses
{
    [LinuxFact]
    public async Task When_the_oldest_node_is_killed_the_singleton_runs_elsewhere()
    {
        await StartCluster();

        Nodes[0].Signal(Signal.Kill);

        await IsGone(Nodes[0], "Down", Nodes[1], Nodes[2]);
        await Nodes[1].Says("singleton started");
    }

    [LinuxFact]
    public async Task A_node_that_is_told_to_terminate_hands_over_and_leaves()
    {
        await StartCluster();

        Nodes[0].Signal(Signal.Terminate);
        await Nodes[0].Exits();

        await Nodes[0].Says("singleton stopped");
        await Nodes[0].Says("removed");
        await IsGone(Nodes[0], "Exiting", Nodes[1], Nodes[2]);
        await Nodes[1].Says("singleton started");
    }

    [LinuxFact]
    public async Task A_frozen_node_is_downed_by_the_others_and_ends_when_it_wakes()
    {
        await StartCluster();

        Nodes[0].Signal(Signal.Stop);
        await IsGone(Nodes[0], "Down", Nodes[1], Nodes[2]);
        await Nodes[1].Says("singleton started");
        Nodes[0].Signal(Signal.Continue);

        Assert.Equal(Node.DownedExitCode, await Nodes[0].Exits());
        Assert.True(Nodes[0].HasSaid("singleton stopped"), Nodes[0].ToString());
    }

    [LinuxFact]
    public async Task The_engine_ends_the_process_of_a_node_that_is_downed_when_it_is_told_to()
    {
        Nodes[0].ExitWithSystem();
        await StartCluster();

        Nodes[0].Signal(Signal.Stop);
        await IsGone(Nodes[0], "Down", Nodes[1], Nodes[2]);
        Nodes[0].Signal(Signal.Continue);

        // The code says that the cluster removed it.
        Assert.Equal(3, await Nodes[0].Exits());
    }

    [LinuxFact]
    public async Task A_node_that_was_killed_comes_back_at_its_address()
    {
        await StartCluster();
        Nodes[2].Signal(Signal.Kill);
        await Nodes[2].Exits();
        Nodes[0].Forget();
        Nodes[1].Forget();

        // At once: nobody has noticed yet that the other one is gone.
        Nodes[2] = Launch(Nodes[2].Port);
        Nodes[2].Start(minimum: 1, Nodes);

        await Nodes[2].Says("up");
        await IsGone(Nodes[2], "Down", Nodes[0], Nodes[1]);
        foreach (var node in Nodes)
            await node.SeesUp(Nodes);
    }

    private static Task IsGone(NodeProcess node, string previousStatus, params NodeProcess[] others) =>
        Task.WhenAll(others.Select(other => other.Says($"gone {node.Port} {previousStatus}")));
}
