using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>A snapshot on its way that meets a disk with no room, and a blank store that becomes a voter by one.</summary>
public sealed class SnapshotTransferTests
{
    private static readonly ReplicaId Sender = new(0);
    private static readonly ReplicaId Receiver = new(2);
    private static readonly Epoch Reign = new(2, 0, 7);
    private static readonly LogPosition Position = new(new Epoch(1, 0, 6), new LogIndex(5));
    private static readonly SnapshotTransfer AtSender = new(Reign, 1, Receiver);
    private static readonly SnapshotTransfer AtReceiver = new(Reign, 1, Sender);

    private readonly ReplicationSettings _settings = new()
    {
        Self = Sender,
        ReplicaCount = 3,
        Configuration = 42,
        SnapshotChunkBytes = 10,
    };

    private readonly Ready _sent = new();
    private readonly Ready _received = new();
    private Instant _now = new(1_000_000_000);

    /// <summary>The receiver forgets what arrived when it cannot install it: the sender has to begin anew.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_snapshot_that_could_not_be_installed_is_sent_again_from_its_beginning(int failures)
    {
        var sender = new SnapshotSender(_settings, _sent);
        var receiver = new SnapshotReceiver(_received);
        sender.OnOrder(new Message.SendSnapshot(Reign, Receiver, 1, StoreId.None), ClusterId.None, LogIndex.Zero, _now);
        sender.OnOpened(AtSender, Position, 35, _now);

        for (var round = 0; round < failures; round++)
        {
            Assert.True(Carry(sender, receiver), "The whole snapshot arrives.");
            Assert.True(receiver.Finish(AtReceiver, done: false));
        }

        Assert.True(Carry(sender, receiver), "The whole snapshot arrives again.");
        Assert.True(receiver.Finish(AtReceiver, done: true));
    }

    [Fact]
    public void A_server_whose_disk_had_no_room_for_a_snapshot_catches_up_when_it_has()
    {
        var cluster = TestCluster.Running(3, static settings => settings with { SnapshotChunkBytes = 1_000 });
        cluster.Servers[2].Kill();
        for (var i = 0; i < 20; i++) cluster.Put(1, $"k{i}", new string('x', 1_000));
        cluster.Run(1_000);
        foreach (var slot in (int[])[0, 1])
        {
            cluster.Servers[slot].TakeSnapshot();
            cluster.Servers[slot].Kill();
            cluster.Servers[slot].Start();
        }

        cluster.Servers[2].InstallsThatFail = 1;
        cluster.Servers[1].Lead();
        cluster.Run(1_000);
        cluster.Servers[2].Start();
        cluster.Run(5_000);
        Assert.Equal(0, cluster.Servers[2].InstallsThatFail);
        Assert.Equal(new string('x', 1_000), cluster.LocalGet(2, "k19"));
    }

    /// <summary>Option R acknowledges what is in memory, but a blank store may say nothing before its disk says that it votes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_filled_store_acknowledges_nothing_before_its_disk_says_that_it_votes(bool countReceived)
    {
        var cluster = TestCluster.Running(3, settings => settings with { CountReceived = countReceived });
        cluster.Put(1, "k", "v");
        cluster.Run(100);
        cluster.Servers[2].Kill();
        cluster.Servers[2].Store.Wipe(cluster.NewStore());
        cluster.Run(1_000);
        var spoke = false;
        cluster.Loses = (from, mail) =>
        {
            var counts = mail.Message is Message.Acknowledged or Message.HeartbeatAcknowledged or Message.Promised;
            spoke |= from.Slot == 2 && counts && cluster.Servers[2].Store.Mode == StoreMode.Blank;
            return false;
        };
        cluster.Servers[2].DiskHangs = true;
        cluster.Servers[2].Start();
        cluster.Run(3_000);
        Assert.Contains(cluster.Servers[2].Notices, static notice => notice is Notice.StoreSeeded);
        Assert.Equal(StoreMode.Blank, cluster.Servers[2].Store.Mode);
        Assert.False(spoke);

        cluster.Servers[2].DiskHangs = false;
        cluster.Run(3_000);
        Assert.Equal(StoreMode.Voter, cluster.Servers[2].Store.Mode);
        Assert.Equal("v", cluster.LocalGet(2, "k"));
        Assert.False(spoke);
    }

    /// <summary>Carries pieces and answers to and fro until the receiver wants to install.</summary>
    private bool Carry(SnapshotSender sender, SnapshotReceiver receiver)
    {
        for (var round = 0; round < 20; round++)
        {
            if (CarryOnce(sender, receiver)) return true;
            _now += _settings.RetryInterval;
            sender.Tick(_now);
        }

        return false;
    }

    private bool CarryOnce(SnapshotSender sender, SnapshotReceiver receiver)
    {
        foreach (var read in _sent.Effects.OfType<Effect.ReadSnapshot>())
            sender.OnRead(read.Transfer, read.Offset, new byte[read.Length]);
        _sent.Effects.Clear();
        foreach (var chunk in _sent.Send.Select(static mail => mail.Message).OfType<Message.SnapshotChunk>())
            receiver.OnChunk(Sender, chunk);
        _sent.Send.Clear();
        foreach (var write in _received.Effects.OfType<Effect.WriteSnapshot>().ToList())
            receiver.OnWritten(write.Transfer, write.Offset + write.Bytes.Length);
        var installs = _received.Effects.Exists(static effect => effect is Effect.InstallSnapshot);
        _received.Effects.Clear();
        foreach (var answer in _received.Send.Select(static mail => mail.Message).OfType<Message.SnapshotAcknowledged>())
            sender.OnAcknowledged(Receiver, answer, _now);
        _received.Send.Clear();
        return installs;
    }
}
