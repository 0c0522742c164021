namespace AkkaContract.Processes;

public sealed class FormationTests : NodeProcesses
{
    private const int Rounds = 20;

    [Fact]
    public async Task Three_nodes_form_one_cluster_in_whatever_order_they_start()
    {
        for (var seed = 0; seed < Rounds; seed++)
            await FormOnce(seed);
    }

    private async Task FormOnce(int seed)
    {
        var random = new Random(seed);
        var order = Nodes.ToArray();
        random.Shuffle(order);

        foreach (var node in order)
        {
            node.Start(minimum: 2, Nodes);
            await Task.Delay(random.Next(300));
        }

        try
        {
            // Whoever founds a cluster of its own sees itself alone, and never all three.
            await Task.WhenAll(Nodes.Select(node => Task.WhenAll(node.Says("up"), node.SeesUp(Nodes))));
        }
        catch (Xunit.Sdk.XunitException e)
        {
            throw new InvalidOperationException(
                $"Seed {seed}, order {string.Join(", ", order.Select(node => Array.IndexOf(Nodes, node)))}: {Transcript}", e);
        }

        await Task.WhenAll(Nodes.Select(node => node.Stop()));
    }
}
