using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

/// <summary>Rule R9: whatever is in the log twice takes effect once.</summary>
public sealed class SessionTests
{
    private readonly TestLog _log = new();

    [Fact]
    public void A_request_that_comes_again_gets_its_first_results_and_has_no_effect()
    {
        Assert.Equal((RequestOutcome.Executed, "1"), Increment(_log.Session, 5, 5));
        Assert.Equal((RequestOutcome.Repeated, "1"), Increment(_log.Session, 5, 5));
        Assert.Equal((RequestOutcome.Executed, "2"), Increment(_log.Session, 6, 5));
        Assert.Equal((RequestOutcome.Repeated, "1"), Increment(_log.Session, 5, 5));
        Assert.Equal("2", _log.Get("k"));
    }

    [Fact]
    public void A_request_below_what_the_session_has_answers_for_is_stale_and_has_no_effect()
    {
        Increment(_log.Session, 5, 5);
        Increment(_log.Session, 9, 6);
        Assert.Equal((RequestOutcome.Stale, ""), Increment(_log.Session, 5, 5));
        Assert.Equal((RequestOutcome.Executed, "3"), Increment(_log.Session, 7, 6));
        Assert.Equal((RequestOutcome.Repeated, "2"), Increment(_log.Session, 9, 7));
        Assert.Equal((RequestOutcome.Executed, "4"), Increment(_log.Session, 1_000_000, 1_000_000));
        Assert.Equal((RequestOutcome.Stale, ""), Increment(_log.Session, 9, 7));
    }

    [Fact]
    public void A_request_of_an_unknown_session_has_no_effect()
    {
        Assert.Equal((RequestOutcome.UnknownSession, ""), Increment(99, 1, 1));
        Assert.Null(_log.Get("k"));
        Assert.Equal("1", _log.RunInternal(writer => writer.CloseSession(_log.Session)));
        Assert.Equal("0", _log.RunInternal(writer => writer.CloseSession(_log.Session)));
        Assert.Equal((RequestOutcome.UnknownSession, ""), Increment(_log.Session, 1, 1));
    }

    [Fact]
    public void Opening_again_gives_the_same_session_and_ids_are_never_used_twice()
    {
        var first = _log.OpenSession(slot: 1, incarnation: 10);
        Assert.Equal(first, _log.OpenSession(slot: 1, incarnation: 10));
        var ids = new HashSet<long> { _log.Session, first };
        for (var incarnation = 11; incarnation < 30; incarnation++) Assert.True(ids.Add(_log.OpenSession(1, incarnation)));
        Assert.Equal((RequestOutcome.Executed, "1"), Increment(_log.Session, 1, 1));
        Assert.Equal((RequestOutcome.UnknownSession, ""), Increment(first, 1, 1));
        Assert.Equal((RequestOutcome.Executed, "2"), Increment(ids.Max(), 1, 1));
        Assert.Equal((RequestOutcome.Executed, "3"), Increment(ids.Max() - 3, 1, 1));
        Assert.Equal((RequestOutcome.UnknownSession, ""), Increment(ids.Max() - 4, 1, 1));
    }

    private (RequestOutcome Outcome, string Results) Increment(long session, long sequence, long low) =>
        _log.Request(session, sequence, low, writer => writer.IncrementBy(Bytes("k"), 1));
}
