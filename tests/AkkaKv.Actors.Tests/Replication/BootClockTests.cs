namespace AkkaKv.Actors.Tests.Replication;

public sealed class BootClockTests
{
    [Fact]
    public void It_never_goes_back()
    {
        var clock = new BootClock();
        var last = clock.Now;

        for (var i = 0; i < 100_000; i++)
        {
            var now = clock.Now;
            Assert.True(now >= last, $"{now} came after {last}");
            last = now;
        }
    }

    [Fact]
    public void It_goes_on()
    {
        var clock = new BootClock();
        var start = clock.Now;

        Assert.True(SpinWait.SpinUntil(() => clock.Now - start > TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Two_clocks_of_one_machine_agree()
    {
        var (one, other) = (new BootClock(), new BootClock());
        var before = one.Now;
        var between = other.Now;
        var after = one.Now;

        Assert.InRange(between.Nanoseconds, before.Nanoseconds, after.Nanoseconds);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.05)]
    [InlineData(2)]
    public void A_test_may_let_it_run_too_fast_or_too_slow(double rate)
    {
        var (clock, wrong) = (new BootClock(), new BootClock(rate));
        var before = clock.Now;
        var between = wrong.Now;
        var after = clock.Now;

        // The rounding of the multiplication is far below a microsecond.
        Assert.InRange(between.Nanoseconds / rate, before.Nanoseconds - 1000.0, after.Nanoseconds + 1000.0);
    }

    [Fact]
    public void The_wall_clock_is_of_this_age() =>
        Assert.InRange(
            new BootClock().UnixMilliseconds,
            new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            new DateTimeOffset(2124, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
}
