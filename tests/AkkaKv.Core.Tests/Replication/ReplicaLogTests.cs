using AkkaKv.Core.Replication;
using AkkaKv.Core.Tests.State;

namespace AkkaKv.Core.Tests.Replication;

public sealed class ReplicaLogTests
{
    /// <summary>Payloads below, at and above the length of a block, and above what is copied into blocks.</summary>
    private static readonly int[] Lengths = [0, 1, 100, 5_000, 32 * 1024, 70_000, 80_000, 80_001, 200_000];

    /// <summary>Entries that are settled, which live on as bytes, cannot be told from those that are not.</summary>
    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(2, 100_000)]
    [InlineData(3, 1_000_000)]
    [InlineData(4, int.MaxValue)]
    public void It_gives_back_what_was_appended_until_it_lets_go(ulong seed, int bytesMax)
    {
        var random = new Prng(seed);
        var start = new LogPosition(new Epoch(1, 0, 5), new LogIndex(1_000));
        var log = new ReplicaLog(start, []);
        var model = new List<Entry>();
        var commit = start.Index;
        for (var step = 0; step < 2_000; step++)
        {
            switch (random.Below(5))
            {
                case 0 or 1:
                    var entry = NextEntry(random, log.Last, step);
                    log.Append(entry);
                    model.Add(entry);
                    break;
                case 2:
                    commit = new LogIndex(commit.Value + random.Below((int)(log.Last.Index - commit) + 1));
                    log.Trim(commit, bytesMax);
                    model.RemoveAll(old => old.Index <= log.Base.Index);
                    Assert.True(model.Sum(old => old.EncodedLength) <= bytesMax || log.Base.Index == commit);
                    break;
                case 3 when commit < log.Last.Index && random.OneIn(4):
                    var from = new LogIndex(log.Last.Index.Value - random.Below((int)(log.Last.Index - commit)));
                    log.TruncateFrom(from);
                    model.RemoveAll(old => old.Index >= from);
                    break;
                case 4 when random.OneIn(200):
                    commit = log.Last.Index + 7;
                    log.Restart(new LogPosition(log.Last.Epoch, commit));
                    model.Clear();
                    break;
            }

            Check(log, model, random);
        }
    }

    private static Entry NextEntry(Prng random, LogPosition last, long stamp)
    {
        var payload = new byte[random.Pick<int>(Lengths) + random.Below(3)];
        Array.Fill(payload, (byte)random.Below(256));
        var epoch = random.OneIn(10) ? last.Epoch with { Round = last.Epoch.Round + 1 } : last.Epoch;
        return new Entry(new LogPosition(epoch, last.Index.Next), stamp, EntryKind.Requests, payload);
    }

    private static void Check(ReplicaLog log, List<Entry> model, Prng random)
    {
        Assert.Equal(model.Count, log.Last.Index - log.Base.Index);
        if (model.Count == 0) return;
        Assert.Equal(model[^1].Position, log.Last);
        Assert.Equal(model[^1].Stamp, log.LastStamp);

        var place = random.Below(model.Count);
        var expected = model[place];
        Assert.True(log.KnowsPosition(expected.Index));
        Assert.Equal(expected.Position, log.PositionOf(expected.Index));
        AssertSame(expected, log[expected.Index]);

        var after = expected.Index.Previous;
        var bytesAfter = model.Skip(place).Sum(entry => (long)entry.EncodedLength);
        Assert.Equal(bytesAfter, log.BytesAfter(after));

        var read = log.Read(after, 100_000);
        for (var i = 0; i < read.Length; i++) AssertSame(model[place + i], read[i]);
        var bytes = read.Sum(entry => entry.EncodedLength);
        Assert.True(read.Length == 1 || bytes <= 100_000);
        var next = place + read.Length;
        Assert.True(read.Length > 0 && (next == model.Count || bytes + model[next].EncodedLength > 100_000));
    }

    private static void AssertSame(Entry expected, Entry actual)
    {
        Assert.Equal((expected.Position, expected.Stamp, expected.Kind), (actual.Position, actual.Stamp, actual.Kind));
        Assert.True(expected.Payload.Span.SequenceEqual(actual.Payload.Span));
    }
}
