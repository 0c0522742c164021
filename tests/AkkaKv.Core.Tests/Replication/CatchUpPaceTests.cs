using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

public sealed class CatchUpPaceTests
{
    private static readonly Instant Start = new(1_000_000_000);
    private readonly CatchUpPace _pace = new();
    private Instant _now = Start;
    private long _upTo = 1_000;
    private long _end = 100_000;

    [Fact]
    public void It_rests_as_long_as_the_piece_took_while_clients_write()
    {
        Piece(took: 20, entries: 100, grown: 10);

        Assert.True(_pace.Rests(_now));
        Assert.Equal(_now + TimeSpan.FromMilliseconds(20), _pace.RestsUntil);
        Assert.False(_pace.Rests(_now + TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void A_piece_that_took_very_long_is_no_reason_to_rest_as_long()
    {
        Piece(took: 3_000, entries: 100, grown: 10);

        Assert.Equal(_now + TimeSpan.FromMilliseconds(100), _pace.RestsUntil);
    }

    [Theory]
    [InlineData(0, "nobody writes")]
    [InlineData(60, "the gap would grow")]
    public void It_holds_back_less_and_less_where(int grown, string reason)
    {
        var shares = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            Piece(took: 20, entries: 100, grown);
            Assert.True(_pace.RestsUntil is null, reason);
            shares.Add(_pace.Share);
        }

        Assert.Equal([8, 4, 2, 1, 1], shares);
    }

    [Theory]
    [InlineData(5, 4, "quick ones are worth more at a time")]
    [InlineData(15, 8, "they are right as they are")]
    [InlineData(25, 16, "slow ones keep others waiting")]
    public void While_clients_write_pieces_are_as_large_as_they_are_quick(int took, int share, string reason)
    {
        Piece(took: 20, entries: 100, grown: 60);
        for (var i = 0; i < 5; i++) Piece(took, entries: 100, grown: 10);

        Assert.True(share == _pace.Share, reason);
    }

    [Fact]
    public void Clients_that_begin_to_write_get_their_turn()
    {
        for (var i = 0; i < 5; i++) Piece(took: 20, entries: 100, grown: 0);
        Assert.Equal(1, _pace.Share);

        var shares = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            Piece(took: 5, entries: 1_000, grown: 10);
            Assert.True(_pace.Rests(_now));
            shares.Add(_pace.Share);
        }

        Assert.Equal([2, 4, 4], shares);
    }

    [Fact]
    public void What_is_written_while_it_rests_counts()
    {
        Piece(took: 20, entries: 100, grown: 10);
        _end += 80;
        Piece(took: 20, entries: 100, grown: 10);

        Assert.Null(_pace.RestsUntil);
    }

    [Fact]
    public void What_was_written_before_it_fell_behind_again_does_not_count()
    {
        Piece(took: 20, entries: 100, grown: 10);
        _end += 5_000;
        _pace.Reset();
        Piece(took: 20, entries: 100, grown: 10);

        Assert.True(_pace.Rests(_now));
    }

    [Fact]
    public void A_replica_that_lacks_much_is_sent_one_piece_at_a_time_while_clients_write()
    {
        var cluster = TestCluster.Running(configure: settings => settings with { MessageBytes = 20_000 });
        cluster.Isolate(2);
        cluster.Run(1_500);
        for (var i = 0; i < 1_500; i++) Write(milliseconds: 1);

        var (pieces, unanswered, most) = (0, 0, 0);
        cluster.Latency = TimeSpan.FromMilliseconds(4);
        cluster.Loses = (from, mail) =>
        {
            if (mail.To.Slot == 2 && mail.Message is Message.Replicate { Entries.Length: > 1 })
            {
                pieces++;
                most = Math.Max(most, ++unanswered);
            }

            if (from.Slot == 2 && mail.Message is Message.Acknowledged) unanswered = 0;
            return false;
        };
        for (var i = 0; Lacks() > 200; i++)
        {
            Assert.InRange(i, 0, 2_000);
            Write(milliseconds: 5);
        }

        Assert.InRange(pieces, 20, 100);
        Assert.Equal(1, most);

        cluster.Run(1_000);
        Assert.Equal(0, Lacks());

        void Write(int milliseconds)
        {
            cluster.Put(0, "key", new string('v', 50));
            cluster.Run(milliseconds);
        }

        long Lacks() => cluster.Servers[0].Replica!.State.LastLogIndex - cluster.Servers[2].Replica!.State.LastLogIndex;
    }

    private void Piece(int took, int entries, int grown)
    {
        _pace.Begin(_now, new LogIndex(_upTo), new LogIndex(_end));
        _now += TimeSpan.FromMilliseconds(took);
        _upTo += entries;
        _end += grown;
        _pace.Done(_now, new LogIndex(_upTo), new LogIndex(_end));
    }
}
