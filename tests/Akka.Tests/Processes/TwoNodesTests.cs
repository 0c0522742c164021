namespace AkkaContract.Processes;

/// <summary>Of two nodes the one with the lower address goes on without the other; the one with the higher address ends itself.</summary>
public sealed class TwoNodesTests : NodeProcesses
{
    [LinuxFact]
    public async Task The_lower_one_goes_on_when_the_higher_one_is_killed()
    {
        var (lower, higher) = await StartTwo();

        higher.Signal(Signal.Kill);

        await GoesOnAlone(lower, higher);
    }

    [LinuxFact]
    public async Task The_higher_one_ends_itself_when_the_lower_one_is_killed()
    {
        var (lower, higher) = await StartTwo();

        lower.Signal(Signal.Kill);

        Assert.Equal(Node.DownedExitCode, await higher.Exits());
    }

    [LinuxFact]
    public async Task The_lower_one_goes_on_alone_when_it_wakes_from_being_frozen()
    {
        var (lower, higher) = await StartTwo();

        lower.Signal(Signal.Stop);
        Assert.Equal(Node.DownedExitCode, await higher.Exits());
        lower.Signal(Signal.Continue);

        await GoesOnAlone(lower, higher);
    }

    [LinuxFact]
    public async Task The_higher_one_ends_itself_when_it_wakes_from_being_frozen()
    {
        var (lower, higher) = await StartTwo();

        higher.Signal(Signal.Stop);
        await GoesOnAlone(lower, higher);
        higher.Signal(Signal.Continue);

        Assert.Equal(Node.DownedExitCode, await higher.Exits());
    }

    [LinuxFact]
    public async Task The_lower_one_takes_the_higher_one_back_that_was_killed_and_started_again_at_once()
    {
        var (lower, higher) = await StartTwo();

        await Restart(higher, lower);
    }

    [LinuxFact]
    public async Task The_higher_one_takes_the_lower_one_back_that_was_killed_and_started_again_at_once()
    {
        var (lower, higher) = await StartTwo();

        await Restart(lower, higher);
    }

    private static async Task GoesOnAlone(NodeProcess staying, NodeProcess gone)
    {
        await staying.Says($"gone {gone.Port} Down");
        await staying.SeesUp([staying]);
    }

    private async Task Restart(NodeProcess killed, NodeProcess staying)
    {
        killed.Signal(Signal.Kill);
        await killed.Exits();
        staying.Forget();
        var again = Launch(killed.Port);
        again.Start(minimum: 1, [staying, again]);

        await staying.Says($"gone {killed.Port} Down");
        NodeProcess[] both = [staying, again];
        await Task.WhenAll(both.Select(node => node.SeesUp(both)));
    }

    private async Task<(NodeProcess Lower, NodeProcess Higher)> StartTwo()
    {
        var nodes = Nodes.OrderBy(node => node.Port).Take(2).ToArray();
        foreach (var node in nodes)
            node.Start(minimum: 1, nodes);
        await Task.WhenAll(nodes.Select(node => node.SeesUp(nodes)));
        nodes[0].Forget();
        nodes[1].Forget();
        return (nodes[0], nodes[1]);
    }
}
