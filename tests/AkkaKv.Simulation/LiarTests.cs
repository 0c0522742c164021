using AkkaKv.Core;
using AkkaKv.Simulation.Checks;

namespace AkkaKv.Simulation;

/// <summary>The alarm rings: with each rule broken on its own, the same schedules and the same checkers find something.</summary>
public sealed class LiarTests
{
    public static TheoryData<string> Known => [.. Liars.All.Where(static lie => lie.CaughtBy is not null).Select(static lie => lie.Name)];

    [Theory]
    [MemberData(nameof(Known))]
    public void A_broken_rule_is_noticed(string name)
    {
        var lie = Liars.All.Single(lie => lie.Name == name);

        var failure = Schedules.Run(Schedules.Create(lie.CaughtBy!.Value, lie: lie));

        Assert.NotNull(failure);
        Assert.True(failure is SafetyViolationException or InvariantException, failure.ToString());
    }

    [Fact]
    public void Every_liar_has_a_seed_or_a_script_that_catches_it() =>
        Assert.All(Liars.All, static lie => Assert.True(lie.CaughtBy is not null || ScriptTests.TellsOf(lie), lie.Name));
}
