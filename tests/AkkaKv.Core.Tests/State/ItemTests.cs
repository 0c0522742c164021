using AkkaKv.Core.State;

namespace AkkaKv.Core.Tests.State;

public sealed class ItemTests
{
    /// <summary>Small items hold their bytes in objects of a few lengths: none may lose any, nor take any from its neighbour.</summary>
    [Fact]
    public void An_item_of_any_length_holds_its_key_and_its_value()
    {
        for (var length = 0; length < SmallItem.BytesMax + 20; length++)
        {
            for (var keyLength = 0; keyLength <= length; keyLength += 1 + (length / 5))
            {
                var (key, value) = (Filled(keyLength, 1), Filled(length - keyLength, 2));
                Check(Create(key, value, Item.NoExpiry), key, value, Item.NoExpiry);
                Check(Create(key, value, 99), key, value, 99);
                Assert.Equal(length <= SmallItem.BytesMax, Create(key, value, Item.NoExpiry) is SmallItem);
            }
        }
    }

    [Fact]
    public void A_large_value_is_shared_and_not_copied_where_only_the_rest_changes()
    {
        var value = Filled(SmallItem.BytesMax + 1, 2);
        var item = Item.Create([1], null, 5, value, value, new LogIndex(3), Item.NoExpiry);
        var expiring = Item.Create([1], item.KeyArray, 5, item.Value, item.ValueArray, new LogIndex(4), 99);
        Assert.Same(value, expiring.ValueArray);
        Assert.Same(item.KeyArray, expiring.KeyArray);
    }

    /// <summary>The promise of <see cref="SmallItem"/>, which a field too many would break.</summary>
    [Fact]
    public void A_small_item_is_one_object_of_36_bytes_more_than_it_can_hold()
    {
        var (key, value) = (Filled(24, 1), Filled(100, 2));
        Create(key, value, Item.NoExpiry);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var item = Create(key, value, Item.NoExpiry);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(124 + 36, bytes);
        Check(item, key, value, Item.NoExpiry);
    }

    private static Item Create(byte[] key, byte[] value, long expireAt) =>
        Item.Create(key, null, 5, value, null, new LogIndex(3), expireAt);

    private static void Check(Item item, byte[] key, byte[] value, long expireAt)
    {
        Assert.True(item.Key.SequenceEqual(key));
        Assert.True(item.Value.SequenceEqual(value));
        Assert.Equal((5UL, new LogIndex(3), expireAt), (item.Hash, item.Version, item.ExpireAt));
    }

    private static byte[] Filled(int length, byte octet)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, octet);
        return bytes;
    }
}
