using AkkaKv.Core.Commands;
using AkkaKv.Core.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.State;

/// <summary>Random commands against a dictionary that does the same in the plainest way.</summary>
public sealed class ModelTests
{
    private readonly Dictionary<string, (string Value, long Version, long ExpireAt)> _model = [];
    private readonly TestLog _log = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_commands_do_what_a_plain_dictionary_does(int seed)
    {
        var random = new Prng((ulong)seed);
        for (var step = 0; step < 10_000; step++)
        {
            _log.Stamp += random.Below(4);
            var (write, expect) = Draw(random);
            var version = _log.State.AppliedIndex.Next.Value;
            var result = _log.Run(write);
            Assert.Equal($"{step}: {expect(version)}", $"{step}: {result}");
            if (step % 100 == 0) CheckAll();
        }

        CheckAll();
    }

    private (Action<CommandWriter> Write, Func<long, string> Expect) Draw(Prng random)
    {
        var (a, b) = ($"k{random.Below(30)}", $"k{random.Below(30)}");
        var value = random.OneIn(2) ? $"{random.Below(5)}" : $"v{random.Below(5)}";
        var (keyA, bytes) = (Bytes(a), Bytes(value));
        var ttl = random.Below(20) - 2;
        switch (random.Below(15))
        {
            case 0 or 1:
                var condition = (SetCondition)random.Below(5);
                var expiry = random.Pick(Expiry.None, Expiry.Keep, Expiry.After(ttl), Expiry.At(_log.Stamp + ttl));
                var old = random.OneIn(3);
                return (
                    w => w.Set(
                        keyA, bytes, new SetOptions { Condition = condition, Comparand = Bytes("1"), Expiry = expiry, ReturnOld = old }),
                    version => Set(a, value, version, condition, expiry, ttl, old));
            case 2: return (w => w.Delete(keyA), _ => $"{(Drop(a) ? 1 : 0)}");
            case 3: return (w => w.IncrementBy(keyA, ttl), version => Increment(a, ttl, version));
            case 4:
                return (w => w.Append(keyA, bytes, 12), version =>
                {
                    var text = (Live(a)?.Value ?? "") + value;
                    return text.Length > 12 ? "!ErrorTooLarge" : $"{Put(a, text, version, Live(a)?.ExpireAt).Length}";
                }
                );
            case 5: return (w => w.Expire(keyA, Expiry.After(ttl)), version => Touch(a, version, _log.Stamp + ttl));
            case 6:
                return (w => w.Persist(keyA), version =>
                    Live(a) is { } p && p.ExpireAt != Item.NoExpiry ? Touch(a, version, Item.NoExpiry) : "0");
            default: return DrawMore(random, a, b, value, ttl);
        }
    }

    private (Action<CommandWriter> Write, Func<long, string> Expect) DrawMore(Prng random, string a, string b, string value, int ttl)
    {
        var (keyA, keyB, bytes) = (Bytes(a), Bytes(b), Bytes(value));
        switch (7 + random.Below(8))
        {
            case 7: return (w => w.Rename(keyA, keyB), version => Rename(a, b, version));
            case 8:
                return (w => w.Copy(keyA, keyB), version =>
                {
                    if (Live(a) is not { } source || Live(b) is not null) return "0";
                    Put(b, source.Value, version, source.ExpireAt);
                    return "1";
                }
                );
            case 9:
                return (w => w.GetAndDelete(keyA), _ =>
                {
                    var text = Quoted(a);
                    Drop(a);
                    return text;
                }
                );
            case 10:
                return (w => w.GetAndExpire(keyA, Expiry.After(ttl)), version =>
                {
                    var text = Quoted(a);
                    Touch(a, version, _log.Stamp + ttl);
                    return text;
                }
                );
            case 11:
                return (Pairs(SetCondition.IfAbsent, keyA, keyB, bytes), version =>
                {
                    if (Live(a) is not null || Live(b) is not null) return "0";
                    Put(a, value, version, null);
                    Put(b, value, version, null);
                    return "1";
                }
                );
            case 12 when random.OneIn(40):
                return (w => w.FlushAll(), _ =>
                {
                    _model.Clear();
                    return "OK";
                }
                );
            case 13: return (w => w.DeleteIf(keyA, SetCondition.IfEqual, bytes), _ => Live(a)?.Value == value && Drop(a) ? "1" : "0");
            default: return (w => w.Get(keyA), _ => Quoted(a));
        }
    }

    private string Set(string key, string value, long version, SetCondition condition, Expiry expiry, int ttl, bool returnOld)
    {
        var before = Quoted(key);
        var holds = condition switch
        {
            SetCondition.IfAbsent => before == "nil",
            SetCondition.IfPresent => before != "nil",
            SetCondition.IfEqual => before == "\"1\"",
            SetCondition.IfNotEqual => before != "\"1\"",
            _ => true,
        };
        long? expireAt = expiry.Kind switch
        {
            ExpiryKind.None => null,
            ExpiryKind.Keep => Live(key)?.ExpireAt,
            _ => _log.Stamp + ttl,
        };
        if (holds) Put(key, value, version, expireAt);
        return returnOld ? before : holds ? "OK" : "nil";
    }

    private string Increment(string key, long delta, long version)
    {
        var text = Live(key)?.Value ?? "0";
        if (!long.TryParse(text, out var number) || $"{number}" != text) return "!ErrorNotInteger";
        return Put(key, $"{number + delta}", version, Live(key)?.ExpireAt);
    }

    private string Rename(string from, string to, long version)
    {
        if (Live(from) is not { } source) return "!ErrorNoSuchKey";
        if (from == to) return "OK";
        Put(to, source.Value, version, source.ExpireAt);
        Drop(from);
        return "OK";
    }

    private string Touch(string key, long version, long expireAt)
    {
        if (Live(key) is not { } item) return "0";
        Put(key, item.Value, version, expireAt);
        return "1";
    }

    private string Put(string key, string value, long version, long? expireAt)
    {
        if (expireAt <= _log.Stamp) _model.Remove(key);
        else _model[key] = (value, version, expireAt ?? Item.NoExpiry);
        return value;
    }

    private bool Drop(string key) => Live(key) is not null && _model.Remove(key);

    private string Quoted(string key) => Live(key) is { } item ? $"\"{item.Value}\"" : "nil";

    private (string Value, long Version, long ExpireAt)? Live(string key)
    {
        if (!_model.TryGetValue(key, out var item)) return null;
        if (item.ExpireAt > _log.Stamp) return item;
        _model.Remove(key);
        return null;
    }

    private static Action<CommandWriter> Pairs(SetCondition condition, byte[] a, byte[] b, byte[] value) => writer =>
    {
        writer.BeginMultiSet(condition);
        writer.AddPair(a, value);
        writer.AddPair(b, value);
        writer.EndMultiSet();
    };

    private void CheckAll()
    {
        // Both sides still hold keys whose expiry has passed and that no command touched since; neither counts them.
        var items = new List<Item>();
        Assert.Equal(0, _log.State.Scan(0, int.MaxValue / 2, items));
        var actual = items.Where(item => !item.IsExpired(_log.Stamp))
            .Select(item => $"{Text(item.Key)}={Text(item.Value)} {item.Version} {item.ExpireAt}").Order(StringComparer.Ordinal);
        var expected = _model.Where(pair => pair.Value.ExpireAt > _log.Stamp)
            .Select(pair => $"{pair.Key}={pair.Value.Value} {pair.Value.Version} {pair.Value.ExpireAt}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);

        var expired = new List<Item>();
        _log.State.CollectExpired(_log.Stamp, int.MaxValue, expired);
        Assert.Equal(items.Count(item => item.IsExpired(_log.Stamp)), expired.Count);
        Assert.Equal(items.Count, _log.State.Count);
    }
}
