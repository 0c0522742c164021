using Akka.Actor;

namespace AkkaContract.Testing;

public sealed class TimingTests : KitTests
{
    [Fact]
    public void A_block_bounds_the_waits_inside_it() => Fails(() => Within(Moment, () => ExpectMsg<int>()));

    [Fact]
    public async Task A_block_gives_back_what_its_function_does()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);

        Assert.Equal(1, Within(Patience, () => ExpectMsg<int>()));
        Assert.Equal(2, await WithinAsync(Patience, async () => await ExpectMsgAsync<int>()));
    }

    [Fact]
    public async Task A_block_may_not_be_too_quick()
    {
        Fails(() => Within(TimeSpan.FromSeconds(5), Patience, () => { }));
        await FailsAsync(() => WithinAsync(TimeSpan.FromSeconds(5), Patience, () => Task.CompletedTask));
    }

    [Fact]
    public async Task A_block_may_not_take_too_long() =>
        await FailsAsync(() => WithinAsync(Moment, () => Task.Delay(Moment * 5), TimeSpan.Zero));

    [Fact]
    public void What_is_left_is_known_inside_a_block_only()
    {
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Assert.Equal(TimeSpan.FromSeconds(7), RemainingOr(TimeSpan.FromSeconds(7)));
        Assert.Equal(TimeSpan.FromSeconds(30), RemainingOrDefault);

        Within(Patience, () =>
        {
            Assert.InRange(Remaining, TimeSpan.Zero, Patience);
            Within(Moment * 50, () => Assert.InRange(Remaining, TimeSpan.Zero, Moment * 50));
            Assert.InRange(RemainingOrDilated(null), TimeSpan.Zero, Patience);
        });
    }

    [Fact]
    public async Task An_assertion_is_tried_until_it_passes()
    {
        var tries = 0;

        AwaitAssert(() => Assert.Equal(3, ++tries));
        await AwaitAssertAsync(() => Assert.Equal(6, ++tries), Patience, TimeSpan.FromMilliseconds(1));
        await AwaitAssertAsync(async () =>
        {
            await Task.Yield();
            Assert.Equal(9, ++tries);
        });

        Assert.Equal(9, tries);
    }

    [Fact]
    public async Task An_assertion_that_never_passes_fails_the_test()
    {
        Fails(() => AwaitAssert(() => Assert.Fail("never"), Moment));
        await FailsAsync(() => AwaitAssertAsync(() => Assert.Fail("never"), Moment));
    }

    [Fact]
    public async Task A_condition_is_tried_until_it_holds()
    {
        var tries = 0;

        AwaitCondition(() => ++tries == 2);
        AwaitCondition(() => ++tries == 4, Patience);
        AwaitCondition(() => ++tries == 6, Patience, "six");
        AwaitCondition(() => ++tries == 8, Patience, TimeSpan.FromMilliseconds(1), "eight");
        await AwaitConditionAsync(() => ++tries == 10);
        await AwaitConditionAsync(() => Task.FromResult(++tries == 12), Patience);
        Assert.True(AwaitConditionNoThrow(() => ++tries == 14, Patience));

        Assert.Equal(14, tries);
    }

    [Fact]
    public async Task A_condition_that_never_holds_fails_the_test()
    {
        Fails(() => AwaitCondition(() => false, Moment));
        await FailsAsync(() => AwaitConditionAsync(() => Task.FromResult(false), Moment));
        Assert.False(AwaitConditionNoThrow(() => false, Moment));
        Assert.False(await AwaitConditionNoThrowAsync(() => false, Moment));
    }
}

public sealed class DilatedTests() : KitTests("akka.test { timefactor = 3.0, single-expect-default = 2s }")
{
    [Fact]
    public void Waits_are_multiplied_by_the_time_factor()
    {
        Assert.Equal(TimeSpan.FromSeconds(6), Dilated(TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromSeconds(6), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(15), RemainingOrDilated(TimeSpan.FromSeconds(5)));
        Assert.Equal(3.0, TestKitSettings.TestTimeFactor);
    }
}
