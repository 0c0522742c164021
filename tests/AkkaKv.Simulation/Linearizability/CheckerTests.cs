namespace AkkaKv.Simulation.Linearizability;

public sealed class CheckerTests
{
    private static readonly string[] Values = ["a", "b", "1"];

    [Fact]
    public void A_read_after_a_write_shows_it() =>
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Get("a", 2, 3));

    [Fact]
    public void A_read_after_a_write_must_not_show_the_value_before() =>
        AssertVerdict(Verdict.Illegal, Set("a", 0, 1), Set("b", 2, 3), Get("a", 4, 5));

    [Fact]
    public void Reads_beside_a_write_may_show_old_and_then_new() =>
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Set("b", 2, 9), Get("a", 3, 4), Get("b", 5, 6));

    [Fact]
    public void Reads_beside_a_write_must_not_show_new_and_then_old() =>
        AssertVerdict(Verdict.Illegal, Set("a", 0, 1), Set("b", 2, 9), Get("b", 3, 4), Get("a", 5, 6));

    [Fact]
    public void Operations_that_touch_are_concurrent() =>
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Set("b", 2, 3), Get("a", 3, 4));

    [Fact]
    public void A_write_of_unknown_outcome_may_take_effect_late_or_never()
    {
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Set("b", 2, Operation.Never), Get("a", 5, 6));
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Set("b", 2, Operation.Never), Get("a", 5, 6), Get("b", 7, 8));
    }

    [Fact]
    public void A_write_of_unknown_outcome_takes_effect_once() =>
        AssertVerdict(
            Verdict.Illegal, Set("a", 0, 1), Set("b", 2, Operation.Never), Get("b", 5, 6), Set("c", 7, 8), Get("b", 9, 10));

    [Fact]
    public void Deletes_say_whether_there_was_something()
    {
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Op(OperationKind.Delete, 2, 3, output: "1"), Get(null, 4, 5));
        AssertVerdict(Verdict.Illegal, Set("a", 0, 1), Op(OperationKind.Delete, 2, 3, output: "0"));
    }

    [Fact]
    public void Increments_count_each_once()
    {
        AssertVerdict(Verdict.Ok, Op(OperationKind.Increment, 0, 5, output: "2"), Op(OperationKind.Increment, 0, 5, output: "1"));
        AssertVerdict(Verdict.Illegal, Op(OperationKind.Increment, 0, 5, output: "1"), Op(OperationKind.Increment, 0, 5, output: "1"));
        AssertVerdict(
            Verdict.Illegal, Op(OperationKind.Increment, 0, Operation.Never), Op(OperationKind.Increment, 1, 2, output: "3"));
    }

    [Fact]
    public void Conditional_writes_hold_their_condition()
    {
        AssertVerdict(Verdict.Ok, Set("a", 0, 1), Op(OperationKind.SetIfEqual, 2, 3, "b", "a", "OK"), Get("b", 4, 5));
        AssertVerdict(Verdict.Illegal, Set("a", 0, 1), Op(OperationKind.SetIfEqual, 2, 3, "b", "c", "OK"));
        AssertVerdict(Verdict.Illegal, Set("a", 0, 1), Op(OperationKind.SetIfEqual, 2, 3, "b", "a", null));
        AssertVerdict(
            Verdict.Illegal,
            Op(OperationKind.SetIfAbsent, 0, 1, "a", output: "OK"), Op(OperationKind.SetIfAbsent, 2, 3, "b", output: "OK"));
    }

    [Fact]
    public void A_search_beyond_its_budget_has_no_verdict()
    {
        var operations = Enumerable.Range(0, 20).Select(i => Set($"v{i}", 0, 100)).Append(Get("x", 200, 201)).ToList();
        Assert.Equal(Verdict.Unknown, Checker.Check(operations, configurationsMax: 1_000));
    }

    /// <summary>Against a permuter that tries every order: the two always agree, and both verdicts are frequent.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_search_agrees_with_trying_every_order(ulong seed)
    {
        var random = new Prng(seed);
        var illegal = 0;
        const int histories = 1_500;
        for (var i = 0; i < histories; i++)
        {
            var history = RandomHistory(random, operations: 2 + random.Next(5));
            var expected = SomeOrderFits(history, null, [.. new bool[history.Count]]) ? Verdict.Ok : Verdict.Illegal;
            if (expected == Verdict.Illegal)
                illegal++;
            var actual = Checker.Check(history);
            Assert.True(expected == actual, $"seed {seed}, history {i}: {actual} instead of {expected}\n{string.Join('\n', history)}");
        }

        Assert.InRange(illegal, histories / 10, histories * 9 / 10);
    }

    [Fact]
    public void The_story_of_a_violation_is_short_and_illegal_itself()
    {
        var history = new List<Operation>();
        for (var i = 0; i < 100; i++)
        {
            history.Add(Set($"v{i}", (10 * i) + 1, (10 * i) + 2));
            history.Add(Get($"v{i}", (10 * i) + 3, (10 * i) + 4));
        }

        history.Add(Get("v98", 2_000, 2_001));
        var story = Story.Shortest(history);
        Assert.Equal(Verdict.Illegal, Checker.Check([.. story]));
        Assert.InRange(story.Count, 2, 4);
        Assert.Contains("Get k -> v98", Story.Tell(history), StringComparison.Ordinal);
    }

    private static bool SomeOrderFits(IReadOnlyList<Operation> history, string? value, bool[] happened)
    {
        if (history.Where((operation, i) => !happened[i] && !operation.IsUnknown).Any() is false)
            return true;

        for (var i = 0; i < history.Count; i++)
        {
            var mustWait = history.Where((other, j) => !happened[j] && j != i && other.Returned < history[i].Invoked).Any();
            if (happened[i] || mustWait || !RegisterModel.TryStep(value, history[i], out var next))
                continue;

            happened[i] = true;
            if (SomeOrderFits(history, next, happened))
                return true;
            happened[i] = false;
        }

        return false;
    }

    private static List<Operation> RandomHistory(Prng random, int operations)
    {
        var history = new List<Operation>();
        for (var i = 0; i < operations; i++)
        {
            var invoked = (long)random.Next(12);
            var returned = random.Next(6) == 0 ? Operation.Never : invoked + 1 + random.Next(8);
            var value = Values[random.Next(Values.Length)];
            history.Add(random.Next(6) switch
            {
                0 => Get(random.Next(4) == 0 ? null : value, invoked, returned),
                1 => Set(value, invoked, returned),
                2 => Op(OperationKind.Delete, invoked, returned, output: random.Next(2).ToString()),
                3 => Op(OperationKind.Increment, invoked, returned, output: (1 + random.Next(2)).ToString()),
                4 => Op(OperationKind.SetIfAbsent, invoked, returned, value, output: random.Next(2) == 0 ? "OK" : null),
                _ => Op(OperationKind.SetIfEqual, invoked, returned, value, Values[random.Next(3)], random.Next(2) == 0 ? "OK" : null),
            });
        }

        return [.. history.Where(operation => !(operation.IsUnknown && operation.Kind == OperationKind.Get))];
    }

    private static void AssertVerdict(Verdict expected, params Operation[] operations) =>
        Assert.Equal(expected, Checker.Check(operations));

    private static Operation Get(string? output, long invoked, long returned) =>
        Op(OperationKind.Get, invoked, returned, output: output);

    private static Operation Set(string value, long invoked, long returned) => Op(OperationKind.Set, invoked, returned, value);

    private static Operation Op(
        OperationKind kind, long invoked, long returned, string? input = null, string? expected = null, string? output = null) =>
        new(0, kind, "k", input, expected, output, invoked, returned);
}
