using AkkaKv.SimulatedStorage;

namespace AkkaKv.Storage.Tests;

/// <summary>A store that went backwards has no damage to find: what the leader said of it has to be remembered (hole H33).</summary>
public sealed class DistrustTests
{
    private readonly SimulatedFileSystem _disk = new();

    [Fact]
    public void A_distrusted_store_is_refused_with_its_reason_until_it_is_set_aside()
    {
        using (var store = Records.Open(_disk)) store.Distrust("it went back");
        _disk.LosePower(PowerLoss.LosesAll);
        for (var start = 1; start <= 2; start++)
        {
            var refusal = Assert.Throws<DamagedDataException>(() => Records.Open(_disk));
            Assert.Contains("it went back", refusal.Message, StringComparison.Ordinal);
        }

        using (var blank = DurableStore.Open(_disk, Records.Options with { DiscardDamagedInto = "damaged-1" }))
            Assert.Equal("damaged-1", blank.DiscardedInto);
        using var again = Records.Open(_disk);
        Assert.Null(again.DiscardedInto);
    }

    [Fact]
    public void A_store_that_cannot_be_marked_for_want_of_room_still_says_why()
    {
        using var store = Records.Open(_disk);
        _disk.CapacityBytes = 0;
        Assert.Contains("it went back", store.Distrust("it went back").Message, StringComparison.Ordinal);
    }
}
