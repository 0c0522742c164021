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

    /// <summary>In place goes what needs an object of the same length: no key costs more memory for values that it had.</summary>
    [Fact]
    public void An_item_takes_a_value_in_place_if_a_new_one_would_be_as_long()
    {
        var key = Filled(5, 1);
        for (var length = 0; length < SmallItem.BytesMax + 20; length += 3)
        {
            for (var newLength = 0; newLength < SmallItem.BytesMax + 20; newLength++)
            {
                var (item, value) = (Create(key, Filled(length, 2), Item.NoExpiry), Filled(newLength, 3));
                var asNew = Create(key, value, Item.NoExpiry);
                var isOverwritten = item.TryOverwrite(value, asNew.Version);
                Assert.Equal(item is SmallItem && item.GetType() == asNew.GetType(), isOverwritten);
                if (isOverwritten) Check(item, key, value, Item.NoExpiry);
            }
        }
    }

    [Fact]
    public void A_value_is_replaced_and_not_overwritten_while_a_capture_may_still_look_at_it()
    {
        var log = new TestLog();
        log.Run(writer => writer.Set([1], Filled(9, 2)));
        var first = log.State.Find([1])!;
        log.Run(writer => writer.Set([1], Filled(10, 3)));
        Assert.Same(first, log.State.Find([1]));
        Assert.Equal(log.State.AppliedIndex, first.Version);

        var capture = log.State.BeginCapture();
        log.Run(writer => writer.Set([1], Filled(10, 4)));
        Assert.NotSame(first, log.State.Find([1]));
        Assert.True(capture.TryNext(out var items));
        log.Run(writer => writer.Set([1], Filled(10, 5)));
        Assert.Same(first, items.Span[0]);
        Assert.True(first.Value.SequenceEqual(Filled(10, 3)));

        Assert.False(capture.TryNext(out _));
        log.Run(writer => writer.Set([1], Filled(10, 6)));
        var last = log.State.Find([1])!;
        log.Run(writer => writer.Set([1], Filled(10, 7)));
        Assert.Same(last, log.State.Find([1]));
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
