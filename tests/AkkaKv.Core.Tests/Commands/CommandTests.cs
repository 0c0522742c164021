using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using AkkaKv.Core.Tests.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.Commands;

/// <summary>What each command answers and does, as Redis documents it.</summary>
public sealed class CommandTests
{
    private readonly TestLog _log = new();

    [Fact]
    public void Set_answers_ok_and_forgets_an_expiry_unless_told_to_keep_it()
    {
        Assert.Equal("OK", Set("k", "1", new SetOptions { Expiry = Expiry.After(500) }));
        Assert.Equal(_log.Stamp + 500, Item("k").ExpireAt);
        Assert.Equal("OK", Set("k", "2", new SetOptions { Expiry = Expiry.Keep }));
        Assert.Equal(_log.Stamp + 500, Item("k").ExpireAt);
        Assert.Equal("OK", Set("k", "3"));
        Assert.Equal(AkkaKv.Core.State.Item.NoExpiry, Item("k").ExpireAt);
        Assert.Equal("3", _log.Get("k"));
        Assert.Equal(_log.State.AppliedIndex, Item("k").Version);
    }

    [Theory]
    [InlineData(null, SetCondition.IfAbsent, "", "OK", "new")]
    [InlineData("old", SetCondition.IfAbsent, "", "nil", "old")]
    [InlineData(null, SetCondition.IfPresent, "", "nil", null)]
    [InlineData("old", SetCondition.IfPresent, "", "OK", "new")]
    [InlineData(null, SetCondition.IfEqual, "old", "nil", null)]
    [InlineData("old", SetCondition.IfEqual, "old", "OK", "new")]
    [InlineData("old", SetCondition.IfEqual, "ol", "nil", "old")]
    [InlineData(null, SetCondition.IfNotEqual, "old", "OK", "new")]
    [InlineData("old", SetCondition.IfNotEqual, "old", "nil", "old")]
    [InlineData("old", SetCondition.IfNotEqual, "other", "OK", "new")]
    public void Set_obeys_its_condition(string? before, SetCondition condition, string comparand, string result, string? after)
    {
        if (before is not null) Set("k", before);
        Assert.Equal(result, Set("k", "new", new SetOptions { Condition = condition, Comparand = Bytes(comparand) }));
        Assert.Equal(after, _log.Get("k"));
    }

    [Theory]
    [InlineData(null, SetCondition.Always, "nil", "new")]
    [InlineData("old", SetCondition.Always, "\"old\"", "new")]
    [InlineData("old", SetCondition.IfAbsent, "\"old\"", "old")]
    [InlineData(null, SetCondition.IfAbsent, "nil", "new")]
    [InlineData(null, SetCondition.IfPresent, "nil", null)]
    public void Set_with_get_answers_the_old_value_whether_it_took_effect_or_not(
        string? before, SetCondition condition, string result, string? after)
    {
        if (before is not null) Set("k", before);
        Assert.Equal(result, Set("k", "new", new SetOptions { Condition = condition, ReturnOld = true }));
        Assert.Equal(after, _log.Get("k"));
    }

    [Fact]
    public void Set_with_a_time_that_has_passed_removes_the_key()
    {
        Set("k", "1");
        Assert.Equal("OK", Set("k", "2", new SetOptions { Expiry = Expiry.At(_log.Stamp) }));
        Assert.Null(_log.Get("k"));
        Assert.Equal(0, _log.State.Count);
    }

    [Theory]
    [InlineData(null, 5, "5", "5")]
    [InlineData("10", -15, "-5", "-5")]
    [InlineData("9223372036854775806", 1, "9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775807", 1, "!ErrorOverflow", "9223372036854775807")]
    [InlineData("-9223372036854775808", -1, "!ErrorOverflow", "-9223372036854775808")]
    [InlineData("-1", long.MinValue, "!ErrorOverflow", "-1")]
    [InlineData("0", long.MinValue, "-9223372036854775808", "-9223372036854775808")]
    [InlineData("", 1, "!ErrorNotInteger", "")]
    [InlineData(" 1", 1, "!ErrorNotInteger", " 1")]
    [InlineData("1 ", 1, "!ErrorNotInteger", "1 ")]
    [InlineData("+1", 1, "!ErrorNotInteger", "+1")]
    [InlineData("01", 1, "!ErrorNotInteger", "01")]
    [InlineData("-0", 1, "!ErrorNotInteger", "-0")]
    [InlineData("-", 1, "!ErrorNotInteger", "-")]
    [InlineData("1.0", 1, "!ErrorNotInteger", "1.0")]
    [InlineData("9223372036854775808", 1, "!ErrorNotInteger", "9223372036854775808")]
    [InlineData("123456789012345678901", 1, "!ErrorNotInteger", "123456789012345678901")]
    public void IncrementBy_takes_only_integers_in_their_one_form(string? before, long delta, string result, string after)
    {
        if (before is not null) Set("k", before);
        Assert.Equal(result, _log.Run(writer => writer.IncrementBy(Bytes("k"), delta)));
        Assert.Equal(after, _log.Get("k"));
    }

    [Theory]
    [InlineData(null, "1.5", "\"1.5\"")]
    [InlineData("10.50", "0.1", "\"10.6\"")]
    [InlineData("5.0e3", "2.0e2", "\"5200\"")]
    [InlineData("3", "-3.00", "\"0\"")]
    [InlineData("0.1", "0.2", "\"0.3\"")]
    [InlineData("1", "abc", "!ErrorNotFloat")]
    [InlineData("abc", "1", "!ErrorNotFloat")]
    [InlineData("1", "", "!ErrorNotFloat")]
    [InlineData("1", "inf", "!ErrorNotFloat")]
    [InlineData("7e28", "7e28", "!ErrorFloatRange")]
    [InlineData("-7e28", "-7e28", "!ErrorFloatRange")]
    public void IncrementByFloat_is_exact(string? before, string delta, string result)
    {
        if (before is not null) Set("k", before);
        Assert.Equal(result, _log.Run(writer => writer.IncrementByFloat(Bytes("k"), Bytes(delta))));
    }

    [Fact]
    public void Increments_and_appends_keep_the_expiry()
    {
        Set("k", "1", new SetOptions { Expiry = Expiry.After(500) });
        _log.Run(writer => writer.IncrementBy(Bytes("k"), 1));
        _log.Run(writer => writer.Append(Bytes("k"), Bytes("0"), 100));
        _log.Run(writer => writer.SetRange(Bytes("k"), 0, Bytes("3"), 100));
        _log.Run(writer => writer.IncrementByFloat(Bytes("k"), Bytes("0.5")));
        Assert.Equal("30.5", _log.Get("k"));
        Assert.Equal(_log.Stamp + 500, Item("k").ExpireAt);
    }

    [Fact]
    public void Append_and_set_range_grow_a_value_up_to_the_limit_that_travels_with_them()
    {
        Assert.Equal("3", _log.Run(writer => writer.Append(Bytes("k"), Bytes("abc"), 5)));
        Assert.Equal("5", _log.Run(writer => writer.Append(Bytes("k"), Bytes("de"), 5)));
        Assert.Equal("!ErrorTooLarge", _log.Run(writer => writer.Append(Bytes("k"), Bytes("f"), 5)));
        Assert.Equal("abcde", _log.Get("k"));
        Assert.Equal("5", _log.Run(writer => writer.SetRange(Bytes("k"), 1, Bytes("XY"), 5)));
        Assert.Equal("aXYde", _log.Get("k"));
        Assert.Equal("!ErrorTooLarge", _log.Run(writer => writer.SetRange(Bytes("k"), 4, Bytes("XY"), 5)));
        Assert.Equal("!ErrorTooLarge", _log.Run(writer => writer.SetRange(Bytes("k"), long.MaxValue, Bytes("X"), 5)));
        Assert.Equal("5", _log.Run(writer => writer.SetRange(Bytes("k"), 100, Bytes(""), 5)));
        Assert.Equal("0", _log.Run(writer => writer.SetRange(Bytes("none"), 100, Bytes(""), 5)));
        Assert.Equal("4", _log.Run(writer => writer.SetRange(Bytes("gap"), 2, Bytes("ab"), 5)));
        Assert.Equal("\0\0ab", _log.Get("gap"));
        Assert.Null(_log.Get("none"));
    }

    [Theory]
    [InlineData(ExpireConditions.None, null, 100, "1", 100L)]
    [InlineData(ExpireConditions.None, 50, 100, "1", 100L)]
    [InlineData(ExpireConditions.IfNone, null, 100, "1", 100L)]
    [InlineData(ExpireConditions.IfNone, 50, 100, "0", 50L)]
    [InlineData(ExpireConditions.IfSome, null, 100, "0", null)]
    [InlineData(ExpireConditions.IfSome, 50, 100, "1", 100L)]
    [InlineData(ExpireConditions.IfLater, null, 100, "0", null)]
    [InlineData(ExpireConditions.IfLater, 50, 100, "1", 100L)]
    [InlineData(ExpireConditions.IfLater, 100, 100, "0", 100L)]
    [InlineData(ExpireConditions.IfEarlier, null, 100, "1", 100L)]
    [InlineData(ExpireConditions.IfEarlier, 200, 100, "1", 100L)]
    [InlineData(ExpireConditions.IfEarlier, 50, 100, "0", 50L)]
    [InlineData(ExpireConditions.IfSome | ExpireConditions.IfEarlier, null, 100, "0", null)]
    public void Expire_obeys_its_conditions(ExpireConditions conditions, int? before, int milliseconds, string result, long? after)
    {
        Set("k", "v", new SetOptions { Expiry = before is { } ttl ? Expiry.After(ttl) : Expiry.None });
        Assert.Equal(result, _log.Run(writer => writer.Expire(Bytes("k"), Expiry.After(milliseconds), conditions)));
        Assert.Equal(after is null ? AkkaKv.Core.State.Item.NoExpiry : _log.Stamp + after, Item("k").ExpireAt);
    }

    [Fact]
    public void Expire_with_a_time_that_has_passed_removes_the_key_and_an_absent_key_answers_zero()
    {
        Set("k", "v");
        Assert.Equal("1", _log.Run(writer => writer.Expire(Bytes("k"), Expiry.After(-1))));
        Assert.Null(_log.Get("k"));
        Assert.Equal("0", _log.Run(writer => writer.Expire(Bytes("k"), Expiry.After(10))));
        Set("k", "v");
        Assert.Equal("1", _log.Run(writer => writer.Expire(Bytes("k"), Expiry.At(5))));
        Assert.Null(_log.Get("k"));
        Set("k", "v");
        Assert.Equal("1", _log.Run(writer => writer.Expire(Bytes("k"), Expiry.After(long.MaxValue))));
        Assert.Equal(long.MaxValue - 1, Item("k").ExpireAt);
        Assert.Equal("1", _log.Run(writer => writer.Persist(Bytes("k"))));
        Assert.Equal("0", _log.Run(writer => writer.Persist(Bytes("k"))));
        Assert.Equal("0", _log.Run(writer => writer.Persist(Bytes("none"))));
    }

    [Fact]
    public void An_entry_whose_stamp_reached_the_expiry_takes_the_key_as_absent_and_removes_it()
    {
        Set("k", "v", new SetOptions { Expiry = Expiry.After(10) });
        _log.Stamp += 9;
        Assert.Equal("nil", Set("k", "w", new SetOptions { Condition = SetCondition.IfAbsent }));
        _log.Stamp += 1;
        Assert.Equal("v", _log.Get("k"));
        Assert.Equal("0", _log.Run(writer => writer.Delete(Bytes("k"))));
        Assert.Null(_log.Get("k"));
        Assert.Equal("1", _log.Run(writer => writer.IncrementBy(Bytes("k"), 1)));
    }

    [Fact]
    public void An_expired_key_is_proposed_for_removal_and_goes_only_if_it_is_unchanged()
    {
        Set("a", "v", new SetOptions { Expiry = Expiry.After(10) });
        Set("b", "v", new SetOptions { Expiry = Expiry.After(20) });
        var expired = new List<Item>();
        _log.State.CollectExpired(_log.Stamp + 9, 10, expired);
        Assert.Empty(expired);
        _log.State.CollectExpired(_log.Stamp + 10, 10, expired);
        var item = Assert.Single(expired);

        Assert.Equal("0", _log.RunInternal(writer => writer.ExpireIfUnchanged(item.Key, item.Version)));
        Assert.NotNull(_log.Get("a"));
        _log.Run(writer => writer.Persist(Bytes("a")));
        _log.Stamp += 15;
        Assert.Equal("0", _log.RunInternal(writer => writer.ExpireIfUnchanged(item.Key, item.Version)));
        Assert.NotNull(_log.Get("a"));
        _log.Run(writer => writer.Expire(Bytes("a"), Expiry.After(1)));
        _log.Stamp += 1;
        Assert.Equal("1", _log.RunInternal(writer => writer.ExpireIfUnchanged(Bytes("a"), Item("a").Version)));
        Assert.Null(_log.Get("a"));
        Assert.Equal("0", _log.RunInternal(writer => writer.ExpireIfUnchanged(Bytes("a"), item.Version)));
    }

    [Fact]
    public void Delete_counts_what_was_there()
    {
        Set("a", "1");
        Set("b", "1");
        Assert.Equal("2", _log.Run(writer =>
        {
            writer.BeginDelete();
            foreach (var key in new[] { "a", "none", "b", "a" }) writer.AddKey(Bytes(key));
            writer.EndDelete();
        }));
        Assert.Equal(0, _log.State.Count);
    }

    [Theory]
    [InlineData(null, SetCondition.IfEqual, "0")]
    [InlineData("v", SetCondition.IfEqual, "1")]
    [InlineData("w", SetCondition.IfEqual, "0")]
    [InlineData(null, SetCondition.IfNotEqual, "0")]
    [InlineData("v", SetCondition.IfNotEqual, "0")]
    [InlineData("w", SetCondition.IfNotEqual, "1")]
    [InlineData("w", SetCondition.Always, "1")]
    public void DeleteIf_compares(string? before, SetCondition condition, string result)
    {
        if (before is not null) Set("k", before);
        Assert.Equal(result, _log.Run(writer => writer.DeleteIf(Bytes("k"), condition, Bytes("v"))));
        Assert.Equal(result == "1" ? null : before, _log.Get("k"));
    }

    [Fact]
    public void MultiSet_sets_all_or_nothing()
    {
        Assert.Equal("OK", MultiSet(SetCondition.Always, "a", "1", "b", "2", "a", "3"));
        Assert.Equal("3", _log.Get("a"));
        Assert.Equal("0", MultiSet(SetCondition.IfAbsent, "c", "1", "b", "9"));
        Assert.Null(_log.Get("c"));
        Assert.Equal("1", MultiSet(SetCondition.IfAbsent, "c", "1", "d", "9"));
        Assert.Equal("0", MultiSet(SetCondition.IfPresent, "c", "5", "e", "5"));
        Assert.Equal("1", MultiSet(SetCondition.IfPresent, "c", "5", "d", "5"));
        Assert.Equal("5", _log.Get("c"));
    }

    [Fact]
    public void Get_variants_answer_the_value_and_change_what_they_say()
    {
        Assert.Equal("nil", _log.Run(writer => writer.GetAndDelete(Bytes("k"))));
        Assert.Equal("nil", _log.Run(writer => writer.GetAndExpire(Bytes("k"), Expiry.After(5))));
        Set("k", "v");
        Assert.Equal("\"v\"", _log.Run(writer => writer.GetAndExpire(Bytes("k"), Expiry.After(5))));
        Assert.Equal(_log.Stamp + 5, Item("k").ExpireAt);
        Assert.Equal("\"v\"", _log.Run(writer => writer.GetAndExpire(Bytes("k"), Expiry.None)));
        Assert.Equal(AkkaKv.Core.State.Item.NoExpiry, Item("k").ExpireAt);
        Assert.Equal("\"v\"", _log.Run(writer => writer.Get(Bytes("k"))));
        Assert.Equal("\"v\"", _log.Run(writer => writer.GetAndExpire(Bytes("k"), Expiry.At(1))));
        Assert.Null(_log.Get("k"));
        Set("k", "v");
        Assert.Equal("\"v\"", _log.Run(writer => writer.GetAndDelete(Bytes("k"))));
        Assert.Null(_log.Get("k"));
    }

    [Fact]
    public void Rename_and_copy_take_the_expiry_along()
    {
        Assert.Equal("!ErrorNoSuchKey", _log.Run(writer => writer.Rename(Bytes("a"), Bytes("b"))));
        Assert.Equal("0", _log.Run(writer => writer.Copy(Bytes("a"), Bytes("b"))));
        Set("a", "1", new SetOptions { Expiry = Expiry.After(50) });
        Set("b", "2");
        Assert.Equal("OK", _log.Run(writer => writer.Rename(Bytes("a"), Bytes("a"))));
        Assert.Equal("0", _log.Run(writer => writer.Rename(Bytes("a"), Bytes("a"), SetCondition.IfAbsent)));
        Assert.Equal("0", _log.Run(writer => writer.Rename(Bytes("a"), Bytes("b"), SetCondition.IfAbsent)));
        Assert.Equal("0", _log.Run(writer => writer.Copy(Bytes("a"), Bytes("b"))));
        Assert.Equal("2", _log.Get("b"));
        Assert.Equal("1", _log.Run(writer => writer.Copy(Bytes("a"), Bytes("b"), SetCondition.Always)));
        Assert.Equal("1", _log.Get("b"));
        Assert.Equal(_log.Stamp + 50, Item("b").ExpireAt);
        Assert.Equal("OK", _log.Run(writer => writer.Rename(Bytes("a"), Bytes("c"))));
        Assert.Null(_log.Get("a"));
        Assert.Equal(_log.Stamp + 50, Item("c").ExpireAt);
        Assert.Equal("1", _log.Run(writer => writer.Rename(Bytes("c"), Bytes("d"), SetCondition.IfAbsent)));
        Assert.Equal(2, _log.State.Count);
    }

    [Fact]
    public void A_guard_that_does_not_hold_stops_the_commands_after_it()
    {
        Set("k", "1");
        var version = Item("k").Version;
        void Guarded(CommandWriter writer)
        {
            writer.BeginGuard();
            writer.AddGuard(Bytes("k"), version);
            writer.AddGuard(Bytes("none"), LogIndex.Zero);
            writer.EndGuard();
            writer.IncrementBy(Bytes("k"), 1);
            writer.Get(Bytes("k"));
        }

        Assert.Equal("OK 2 \"2\"", _log.Run(Guarded));
        Assert.Equal("nil !ErrorAborted !ErrorAborted", _log.Run(Guarded));
        Assert.Equal("2", _log.Get("k"));
    }

    [Fact]
    public void FlushAll_leaves_nothing()
    {
        for (var i = 0; i < 100; i++) Set($"k{i}", "v", new SetOptions { Expiry = Expiry.After(5) });
        Assert.Equal("OK", _log.Run(writer => writer.FlushAll()));
        Assert.Equal(0, _log.State.Count);
        Assert.Equal(AkkaKv.Core.State.Item.NoExpiry, _log.State.SoonestExpiry);
        Assert.Null(_log.Get("k1"));
        Assert.Equal("OK", Set("k1", "again"));
        Assert.Equal("again", _log.Get("k1"));
    }

    private Item Item(string key) => _log.State.Find(Bytes(key))!;

    private string Set(string key, string value, SetOptions options = default)
    {
        // A lambda cannot hold options that look into a span.
        var (condition, expiry, returnOld, comparand) = (options.Condition, options.Expiry, options.ReturnOld, options.Comparand.ToArray());
        return _log.Run(writer => writer.Set(
            Bytes(key),
            Bytes(value),
            new SetOptions { Condition = condition, Expiry = expiry, ReturnOld = returnOld, Comparand = comparand }));
    }

    private string MultiSet(SetCondition condition, params string[] keysAndValues) => _log.Run(writer =>
    {
        writer.BeginMultiSet(condition);
        for (var i = 0; i < keysAndValues.Length; i += 2) writer.AddPair(Bytes(keysAndValues[i]), Bytes(keysAndValues[i + 1]));
        writer.EndMultiSet();
    });
}
