using System.Globalization;

namespace AkkaKv.Simulation.Model;

/// <summary>
/// The protocol holds in every state within these bounds, and each broken variant of it does not: so the search does find what is
/// wrong where something is. Larger bounds are a matter of the command.
/// </summary>
public class ModelTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>The mutant, the servers of the leaders, their heartbeats, and what else it needs to fail.</summary>
    public static TheoryData<int, string, string, string> BrokenVariants => new()
    {
        { 1, "0", "2", "established" },
        { 2, "0,1", "2,0", "established" },
        { 3, "0,1", "2,0", "established" },
        { 4, "0,1", "2,0", "established" },
        { 5, "0,2,0,2", "0,0,0,0", "writes=0" },
        { 6, "0,1,2", "0,0,0", "" },
        { 7, "0,1,2", "0,0,0", "" },
        { 8, "0", "2", "established" },
        { 9, "0,1", "0,0", "" },
        { 10, "0", "2", "established" },
        { 11, "0", "2", "established" },
        { 12, "0,1", "2,0", "established restarts=1" },
        { 13, "0", "2", "established" },
        { 14, "0,1", "2,0", "established" },
        { 15, "0", "2", "established" },
        { 16, "0,1", "0,0", "losses=1" },
        { 17, "3,0", "0,0", "replicas=5 losses=1" },
        { 18, "0,1", "0,1", "reads=1" },
        { 19, "0,1", "1,1", "established reads=1" },
        { 20, "0,1", "0,0", "restarts=1" },
        { 21, "0", "2", "established received restarts=1" },
        { 23, "0,1", "0,0", "restarts=1" },
        { 24, "0", "2", "established received restarts=1" },
        { 25, "0", "2", "established revokes=1" },
        { 26, "0", "2", "established restarts=1" },
        { 27, "0", "2", "established" },
        { 28, "0", "2", "established revokes=1" },
        { 29, "0", "2", "established revokes=1" },
    };

    /// <summary>Bounds small enough for every run of the tests, so that each kind of trouble meets the protocol.</summary>
    public static TheoryData<string, string, string> BoundsOfTheProtocol => new()
    {
        { "0,1", "2,1", "established reads=1" },
        { "0,1", "2,0", "established restarts=1" },
        { "0", "2", "established restarts=1 revokes=1" },
        { "0,1", "2,0", "established revokes=1" },
        { "0,1", "2,0", "established received" },
        { "0,1", "0,0", "writes=2 restarts=1" },
        { "0,1", "0,0", "losses=1" },
    };

    [Fact]
    public void The_protocol_breaks_no_invariant_in_two_epochs_with_leases()
    {
        var result = Search(new Bounds { Heartbeats = [2, 1], Reads = 1 });

        Assert.Null(result.Violation);
        Assert.True(result.IsComplete);
    }

    [Theory]
    [MemberData(nameof(BoundsOfTheProtocol))]
    public void The_protocol_breaks_no_invariant(string owners, string heartbeats, string troubles)
    {
        var result = Search(Parse(0, owners, heartbeats, troubles));

        Assert.Null(result.Violation);
        Assert.True(result.IsComplete);
    }

    [Theory]
    [MemberData(nameof(BrokenVariants))]
    public void A_broken_variant_is_found_out(int mutant, string owners, string heartbeats, string troubles)
    {
        var result = Search(Parse(mutant, owners, heartbeats, troubles));

        Assert.NotNull(result.Violation);
    }

    [Fact]
    public void Every_variant_is_tested()
    {
        var tested = BrokenVariants.Select(row => (Mutant)(int)row[0]).ToHashSet();

        Assert.Equal(Enum.GetValues<Mutant>().Where(mutant => mutant != Mutant.None), tested.Order());
    }

    /// <summary>With durable acknowledgements the log survives, and the lease with it might: only option R makes it wrong.</summary>
    [Fact]
    public void A_lease_that_survives_a_restart_is_harmless_where_all_that_counts_is_durable()
    {
        var result = Search(Parse(21, "0,1", "2,0", "established restarts=1"));

        Assert.Null(result.Violation);
        Assert.True(result.IsComplete);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(13)]
    public void Leaving_out_what_cannot_matter_changes_no_verdict(int mutant)
    {
        var bounds = new Bounds { Mutant = (Mutant)mutant, Heartbeats = [2, 0], Established = true, Replicas = 3, Writes = 1, Lease = 1 };

        var normal = Search(bounds);
        var verbatim = Search(bounds with { Verbatim = true });

        Assert.Equal(verbatim.Violation, normal.Violation);
        Assert.Equal(verbatim.Schedule.Count, normal.Schedule.Count);
        Assert.True(normal.States <= verbatim.States);
    }

    [Fact]
    public void Random_walks_break_no_invariant_in_the_protocol_and_find_a_broken_variant()
    {
        var bounds = new Bounds
        {
            Owners = [0, 1, 2, 0],
            Heartbeats = [4, 4, 3, 2],
            Writes = 3,
            Restarts = 2,
            Losses = 1,
            Revokes = 2,
            Reads = 1,
        };

        var healthy = Walk(bounds, 200_000);
        var broken = Walk(bounds with { Mutant = Mutant.IgnoreHolders }, 2_000_000);

        Assert.Null(healthy.Violation);
        Assert.NotNull(broken.Violation);
    }

    [Fact]
    public void The_command_tells_by_its_exit_code_what_it_found()
    {
        Assert.Equal(0, ModelCommand.Run(["--heartbeats", "0,0"]));
        Assert.Equal(1, ModelCommand.Run(["--heartbeats", "0,0", "--mutant", "9"]));
        Assert.Equal(2, ModelCommand.Run(["--memory", "1"]));
        Assert.Equal(64, ModelCommand.Run(["--mutant", "22"]));
    }

    private static Bounds Parse(int mutant, string owners, string heartbeats, string troubles)
    {
        var bounds = new Bounds { Mutant = (Mutant)mutant, Owners = Numbers(owners), Heartbeats = Numbers(heartbeats) };
        foreach (var trouble in troubles.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = trouble.Split('=') is [var left, var right] ? (left, Numbers(right)[0]) : (trouble, 0);
            bounds = name switch
            {
                "established" => bounds with { Established = true },
                "received" => bounds with { CountReceived = true },
                "replicas" => bounds with { Replicas = value },
                "writes" => bounds with { Writes = value },
                "restarts" => bounds with { Restarts = value },
                "losses" => bounds with { Losses = value },
                "revokes" => bounds with { Revokes = value },
                "reads" => bounds with { Reads = value },
                _ => throw new ArgumentException(name),
            };
        }

        return bounds;
    }

    private static int[] Numbers(string text) => [.. text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

    private SearchResult Search(Bounds bounds) => Print(new Search(bounds, SearchLimits.None).Run());

    private SearchResult Walk(Bounds bounds, long steps) =>
        Print(new RandomWalk(bounds, seed: 1, length: 80, steps, TimeSpan.MaxValue).Run());

    private SearchResult Print(SearchResult result)
    {
        output.WriteLine(result.ToString());
        return result;
    }
}
