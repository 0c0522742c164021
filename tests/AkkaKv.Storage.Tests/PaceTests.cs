using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

public sealed class PaceTests
{
    [Fact]
    public void After_each_piece_it_rests_three_times_as_long_as_the_piece_took()
    {
        var rests = new List<TimeSpan>();
        var pace = new Pace(rests.Add);
        Thread.Sleep(5);
        pace.Rest();
        Assert.True(rests[0] >= TimeSpan.FromMilliseconds(15), $"{rests[0]}");
    }

    [Fact]
    public void A_process_that_stood_still_does_not_rest_for_three_times_that_long()
    {
        var rests = new List<TimeSpan>();
        var pace = new Pace(rests.Add);
        Thread.Sleep(100);
        pace.Rest();
        Assert.Equal([TimeSpan.FromMilliseconds(250)], rests);
    }

    [Fact]
    public void A_snapshot_of_ones_own_rests_and_one_that_another_server_sends_does_not()
    {
        var rests = 0;
        var store = new SnapshotStore(new SimulatedFileSystem(), _ => rests++);
        Write(store.Receive(Records.Cluster, Records.At(1, 5)));
        Assert.Equal(0, rests);

        // Written, and read back once.
        Write(store.Create(Records.Cluster, Records.At(1, 6)));
        Assert.Equal(4, rests);
    }

    private static void Write(SnapshotFileWriter writer)
    {
        using (writer)
        {
            writer.Append(new byte[(2 * Pace.PieceBytes) + 1]);
            writer.Complete();
        }
    }
}
