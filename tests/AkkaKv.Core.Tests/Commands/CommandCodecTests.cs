using System.Buffers;
using AkkaKv.Core.Commands;
using AkkaKv.Core.Tests.State;
using static AkkaKv.Core.Tests.State.TestLog;

namespace AkkaKv.Core.Tests.Commands;

/// <summary>The bytes of commands, requests and results come from peers: any of them are read or refused, and none surprise.</summary>
public sealed class CommandCodecTests
{
    [Fact]
    public void A_command_says_after_reading_what_was_written()
    {
        var writer = new CommandWriter();
        writer.Set(Bytes("k"), Bytes("v"), new SetOptions
        {
            Condition = SetCondition.IfNotEqual,
            Comparand = Bytes("c"),
            Expiry = Expiry.At(-5),
            ReturnOld = true,
        });
        writer.SetRange(Bytes("key"), 1L << 40, Bytes("value"), 77);
        Assert.Equal(2, writer.Count);

        var reader = new CommandReader(writer.Written);
        Assert.True(reader.TryRead(out var set));
        Assert.Equal(CommandCode.Set, set.Code);
        Assert.Equal("k", Text(set.Key));
        Assert.Equal("v", Text(set.Value));
        Assert.Equal("c", Text(set.Comparand));
        Assert.Equal(SetCondition.IfNotEqual, set.Condition);
        Assert.Equal(Expiry.At(-5), set.Expiry);
        Assert.True(set.ReturnOld);
        Assert.True(reader.TryRead(out var range));
        Assert.Equal((1L << 40, 77, "value"), (range.Number, range.Limit, Text(range.Value)));
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsAtEnd);

        Assert.True(CommandReader.Validate(writer.Take().Span, 2, CommandScope.Client));
        Assert.Equal(0, writer.Count);
    }

    [Fact]
    public void Validation_refuses_wrong_counts_scopes_and_sizes()
    {
        var writer = new CommandWriter();
        writer.Set(new byte[20], new byte[30]);
        writer.Rename(new byte[5], new byte[21]);
        Assert.True(CommandReader.Validate(writer.Written, 2, CommandScope.Client, 21, 30));
        Assert.False(CommandReader.Validate(writer.Written, 1, CommandScope.Client, 21, 30));
        Assert.False(CommandReader.Validate(writer.Written, 3, CommandScope.Client, 21, 30));
        Assert.False(CommandReader.Validate(writer.Written, 2, CommandScope.Client, 20, 30));
        Assert.False(CommandReader.Validate(writer.Written, 2, CommandScope.Client, 21, 29));
        Assert.False(CommandReader.Validate(writer.Written, 2, CommandScope.Internal));
        Assert.False(CommandReader.Validate([], 0, CommandScope.Client));
        writer.Reset();
        writer.OpenSession(new ReplicaId(2), 5);
        Assert.True(CommandReader.Validate(writer.Written, 1, CommandScope.Internal));
        Assert.False(CommandReader.Validate(writer.Written, 1, CommandScope.Client));
    }

    [Fact]
    public void Every_cut_of_every_command_is_refused()
    {
        foreach (var command in OneOfEach())
        {
            for (var length = 0; length < command.Length; length++)
            {
                var reader = new CommandReader(command.Span[..length]);
                Assert.False(reader.TryRead(out _));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Changed_bytes_are_refused_or_can_be_applied(int seed)
    {
        var random = new Prng((ulong)seed);
        var commands = OneOfEach();
        var log = new TestLog();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = commands[random.Below(commands.Count)].ToArray();
            for (var flips = 1 + random.Below(3); flips > 0; flips--) bytes[random.Below(bytes.Length)] = (byte)random.Next();
            foreach (var session in new[] { 0, log.Session })
            {
                var scope = session == 0 ? CommandScope.Internal : CommandScope.Client;
                if (!CommandReader.Validate(bytes, 1, scope, valueBytesMax: 1024)) continue;
                var output = new ArrayBufferWriter<byte>();
                RequestCodec.Write(output, session, i, i, 1, bytes);
                var entry = log.NextEntry(output.WrittenMemory);
                log.State.MarkPending(entry);
                log.State.Apply(entry, log);
                if (log.State.AppliedIndex.Value % 64 == 0) log.Session = log.OpenSession(0, i + 10);
            }
        }
    }

    [Fact]
    public void Requests_are_read_back_to_back_and_cuts_are_refused()
    {
        var writer = new CommandWriter();
        writer.FlushAll();
        writer.Delete(Bytes("k"));
        var output = new ArrayBufferWriter<byte>();
        RequestCodec.Write(output, 3, 4, 2, 2, writer.Written);
        RequestCodec.Write(output, 5, 6, 1, 2, writer.Written);
        Assert.True(RequestCodec.Validate(output.WrittenSpan));

        var rest = output.WrittenSpan;
        Assert.True(RequestCodec.TryRead(ref rest, out var first));
        Assert.Equal((3, 4, 2, 2), (first.SessionId, first.Sequence, first.Low, first.Count));
        Assert.True(RequestCodec.TryRead(ref rest, out var second));
        Assert.Equal((5, 6, 1, 2), (second.SessionId, second.Sequence, second.Low, second.Count));
        Assert.True(second.Commands.SequenceEqual(writer.Written));
        Assert.True(rest.IsEmpty);
        for (var length = 0; length < output.WrittenCount; length++)
        {
            Assert.Equal(length == output.WrittenCount / 2, RequestCodec.Validate(output.WrittenSpan[..length]));
        }
    }

    [Fact]
    public void Results_are_read_as_written_and_bad_bytes_end_them()
    {
        var results = new ResultWriter();
        results.Write(ResultKind.Ok);
        results.WriteInteger(long.MinValue);
        results.WriteBulk(new byte[1000]);
        results.Write(ResultKind.ErrorAborted);
        var bytes = results.Take();
        Assert.Equal($"OK {long.MinValue} \"{new string('\0', 1000)}\" !ErrorAborted", ResultsText(bytes.Span));
        foreach (var bad in new byte[][] { [4], [2], [3, 5, 1], [255], [2, 0x80, 0], [23] })
        {
            var reader = new ResultReader(bad);
            Assert.False(reader.TryRead(out _));
            Assert.False(reader.IsAtEnd);
        }
    }

    [Fact]
    public void Runs_of_ok_share_their_memory()
    {
        var results = new ResultWriter();
        for (var i = 0; i < 100; i++) results.Write(ResultKind.Ok);
        var first = results.Take();
        for (var i = 0; i < 50; i++) results.Write(ResultKind.Ok);
        Assert.True(results.Take().Span.Overlaps(first.Span));
        Assert.Equal(100, first.Length);
        for (var i = 0; i < 5_000; i++) results.Write(ResultKind.Ok);
        Assert.Equal(5_000, results.Take().Length);
    }

    private static List<ReadOnlyMemory<byte>> OneOfEach()
    {
        var writer = new CommandWriter();
        var commands = new List<ReadOnlyMemory<byte>>();
        void Write(Action<CommandWriter> write)
        {
            write(writer);
            commands.Add(writer.Take());
        }

        var (key, value) = (Bytes("key"), Bytes("value"));
        Write(w => w.Set(key, value, new SetOptions { Expiry = Expiry.After(1000), Condition = SetCondition.IfEqual, Comparand = value }));
        Write(w =>
        {
            w.BeginMultiSet(SetCondition.IfAbsent);
            w.AddPair(key, value);
            w.EndMultiSet();
        });
        Write(w => w.Delete(key));
        Write(w => w.DeleteIf(key, SetCondition.IfNotEqual, value));
        Write(w => w.Get(key));
        Write(w => w.GetAndDelete(key));
        Write(w => w.GetAndExpire(key, Expiry.At(5)));
        Write(w => w.IncrementBy(key, 1_000_000));
        Write(w => w.IncrementByFloat(key, value));
        Write(w => w.Append(key, value, 1000));
        Write(w => w.SetRange(key, 7, value, 1000));
        Write(w => w.Expire(key, Expiry.After(5), ExpireConditions.IfLater));
        Write(w => w.Persist(key));
        Write(w => w.Rename(key, value));
        Write(w => w.Copy(key, value));
        Write(w => w.FlushAll());
        Write(w =>
        {
            w.BeginGuard();
            w.AddGuard(key, new LogIndex(5));
            w.EndGuard();
        });
        Write(w => w.ExpireIfUnchanged(key, new LogIndex(9)));
        Write(w => w.OpenSession(new ReplicaId(1), 99));
        Write(w => w.CloseSession(3));
        Assert.Equal(Enum.GetValues<CommandCode>().Length, commands.Count);
        return commands;
    }
}
