using AkkaKv.Core.Commands;
using AkkaKv.Core.Replication;
using AkkaKv.Core.State;
using AkkaKv.Core.Tests.State;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>
/// Servers in one thread, with a clock, a network and disks that the test controls. After every delivery it checks that whatever was
/// applied anywhere at an index is the same entry everywhere, for ever.
/// </summary>
internal sealed class TestCluster
{
    private readonly Queue<(Instant Due, ReplicaId From, Outgoing Mail)> _wire = new();
    private readonly Dictionary<long, LogPosition> _applied = [];
    private readonly Func<ReplicationSettings, ReplicationSettings> _configure;
    private long _numbers;

    public TestCluster(int servers = 3, Func<ReplicationSettings, ReplicationSettings>? configure = null)
    {
        _configure = configure ?? (static settings => settings);
        Count = servers;
        Servers = new TestServer[servers];
        for (byte slot = 0; slot < servers; slot++) Servers[slot] = new TestServer(this, new ReplicaId(slot), new TestStore(NewStore()));
    }

    public int Count { get; }

    public TestServer[] Servers { get; }

    public TestClock Clock { get; } = new();

    public ProtocolRules Rules { get; init; } = ProtocolRules.Default;

    /// <summary>True for messages that get lost.</summary>
    public Func<ReplicaId, Outgoing, bool> Loses { get; set; } = static (_, _) => false;

    /// <summary>How long a message between two servers is under way.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>When set: repeats and reorders messages.</summary>
    public Prng? Chaos { get; set; }

    public static TestCluster Running(int servers = 3, Func<ReplicationSettings, ReplicationSettings>? configure = null)
    {
        var cluster = new TestCluster(servers, configure);
        foreach (var server in cluster.Servers) server.Start();
        cluster.Servers[0].Lead();
        cluster.Run(500);
        Assert.Equal(LeaderPhase.Leading, cluster.Servers[0].Leader!.Phase);
        return cluster;
    }

    public long NextNumber() => ++_numbers;

    public Guid NextGuid() => new((int)++_numbers, 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]);

    public StoreId NewStore() => new(NextGuid());

    public ReplicationSettings Settings(ReplicaId self) =>
        _configure(new ReplicationSettings { Self = self, ReplicaCount = Count, Configuration = 42 });

    public void Post(ReplicaId from, Outgoing mail)
    {
        if (Loses(from, mail)) return;
        var due = from == mail.To ? Clock.Now : Clock.Now + Latency;
        _wire.Enqueue((due, from, mail));
        if (Chaos is { } chaos && chaos.OneIn(10)) _wire.Enqueue((due, from, mail));
    }

    /// <summary>Cuts a server off from all others.</summary>
    public void Isolate(int slot) => Loses = (from, mail) => from != mail.To && (from.Slot == slot || mail.To.Slot == slot);

    public void Heal() => Loses = static (_, _) => false;

    /// <summary>Lets time pass, with everything that happens in it.</summary>
    public void Run(int milliseconds)
    {
        var end = Clock.Now + TimeSpan.FromMilliseconds(milliseconds);
        Deliver();
        while (true)
        {
            var wakes = Servers.Where(static server => server.IsRunning).Select(static server => server.NextWake);
            var wake = wakes.Concat(_wire.Select(static sent => sent.Due)).Append(end).Min();
            if (wake >= end) break;
            Clock.Now = Instant.Max(Clock.Now + TimeSpan.FromMicroseconds(50), wake);
            foreach (var server in Servers) server.Tick();
            Deliver();
        }

        Clock.Now = Instant.Max(end, Clock.Now);
        foreach (var server in Servers) server.Tick();
        Deliver();
    }

    /// <summary>Hands over everything that is under way, and what comes of it, without time passing.</summary>
    public void Deliver()
    {
        for (var rounds = 0; rounds < 10_000; rounds++)
        {
            foreach (var server in Servers) server.Flush();
            foreach (var server in Servers) server.Sync();
            if (!_wire.Any(sent => sent.Due <= Clock.Now)) return;
            for (var count = _wire.Count; count > 0; count--) DeliverOne();
            Check();
        }

        Assert.Fail("The servers do not come to rest.");
    }

    public TestReply Submit(int slot, Action<CommandWriter> write)
    {
        var writer = new CommandWriter();
        write(writer);
        var count = writer.Count;
        var reply = new TestReply();
        Servers[slot].Replica!.Submit(new ClientRequest(writer.Take(), count, reply));
        return reply;
    }

    public TestReply Put(int slot, string key, string value) => Submit(slot, writer => writer.Set(Bytes(key), Bytes(value)));

    public TestRead Get(int slot, string key)
    {
        var read = new TestRead(key);
        Servers[slot].Replica!.Read(new ClientRead(ReadScope.Key, Bytes(key), read));
        return read;
    }

    /// <summary>What the server's own memory says under its lease; null when it cannot say.</summary>
    public string? LocalGet(int slot, string key)
    {
        string? text = null;
        return Servers[slot].Replica!.Reads.TryGet(Bytes(key), item => text = TestRead.TextOf(item)) ? text : null;
    }

    public static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private void DeliverOne()
    {
        var (due, from, mail) = _wire.Dequeue();
        if (Clock.Now < due || (Chaos is { } chaos && chaos.OneIn(4)))
        {
            _wire.Enqueue((due, from, mail));
            return;
        }

        Servers[mail.To.Slot].Step(from, mail);
        Servers[mail.To.Slot].Carry();
    }

    private void Check()
    {
        foreach (var server in Servers)
        {
            if (server.Replica?.State.Applied is not { } applied || applied == LogPosition.Start) continue;
            Assert.Equal(applied, _applied.GetValueOrDefault(applied.Index.Value, applied));
            _applied[applied.Index.Value] = applied;
        }
    }
}

internal sealed class TestClock : IClock
{
    public Instant Now { get; set; } = new(1_000_000_000);

    public long UnixMilliseconds => 1_700_000_000_000 + (Now.Nanoseconds / 1_000_000);
}

internal sealed class TestReply : IClientReplySink
{
    public ClientReply? Reply { get; private set; }

    public ReplyStatus? Status => Reply?.Status;

    public long Integer
    {
        get
        {
            var reader = new ResultReader(Reply!.Value.Results.Span);
            Assert.True(reader.TryRead(out var result));
            return result.Integer;
        }
    }

    public void OnReply(ClientReply reply)
    {
        Assert.Null(Reply);
        Reply = reply;
    }
}

internal sealed class TestRead(string key) : IClientReadSink
{
    public string? Value { get; private set; }

    public ReplyStatus? Refusal { get; private set; }

    public static string TextOf(Item? item) => item is null ? "(none)" : System.Text.Encoding.UTF8.GetString(item.Value);

    public void OnReadable(KeyValueState state)
    {
        Assert.Null(Value);
        Value = TextOf(state.Find(TestCluster.Bytes(key)));
    }

    public void OnRefused(ReplyStatus status) => Refusal = status;
}
