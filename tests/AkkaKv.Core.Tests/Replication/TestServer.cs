using AkkaKv.Core.Replication;

namespace AkkaKv.Core.Tests.Replication;

/// <summary>One server of a <see cref="TestCluster"/>: carries out what its replica and leader ask for.</summary>
internal sealed class TestServer(TestCluster cluster, ReplicaId id, TestStore store)
{
    private readonly Dictionary<SnapshotTransfer, List<byte>> _arriving = [];
    private readonly Dictionary<SnapshotTransfer, byte[]> _open = [];

    public ReplicaId Id { get; } = id;

    public TestStore Store { get; } = store;

    public Replica? Replica { get; private set; }

    public LeaderInstance? Leader { get; private set; }

    /// <summary>The disk takes writes and never finishes them.</summary>
    public bool DiskHangs { get; set; }

    /// <summary>So many arrived snapshots find no room on the disk.</summary>
    public int InstallsThatFail { get; set; }

    public List<Notice> Notices { get; } = [];

    public bool IsRunning => Replica is not null;

    public void Start() =>
        Replica = new Replica(cluster.Settings(Id), Store.Recover(), cluster.NextNumber(), cluster.Clock, cluster.Rules);

    public void Kill()
    {
        Replica = null;
        Leader = null;
        Store.Lose();
        _arriving.Clear();
        _open.Clear();
    }

    public void Lead()
    {
        var nonce = (ulong)cluster.NextNumber();
        Leader = new LeaderInstance(cluster.Settings(Id), nonce, new ClusterId(cluster.NextGuid()), cluster.Clock, cluster.Rules);
        Leader.Tick();
        Carry();
    }

    public void StandDown()
    {
        Leader!.StandDown();
        Carry();
        Leader = null;
    }

    public void TakeSnapshot()
    {
        Store.Sync();
        Store.Take(Replica!.State);
        Replica.OnSnapshotTaken(Store.SnapshotPosition);
    }

    public void Step(ReplicaId from, Outgoing mail)
    {
        if (mail.Part == Part.Leader) Leader?.Step(from, mail.Message);
        else Replica?.Step(from, mail.Message);
    }

    public void Flush()
    {
        Replica?.Flush();
        Leader?.Flush();
        Carry();
    }

    public void Tick()
    {
        if (Replica is { } replica && replica.NextWake <= cluster.Clock.Now) replica.Tick();
        if (Leader is { } leader && leader.NextWake <= cluster.Clock.Now) leader.Tick();
        Carry();
    }

    public Instant NextWake => Instant.Min(Replica?.NextWake ?? Instant.Never, Leader?.NextWake ?? Instant.Never);

    public void Sync()
    {
        if (Replica is null || DiskHangs) return;
        var ticket = Store.Sync();
        if (ticket > 0) Replica.OnPersisted(ticket);
        Carry();
    }

    /// <summary>Sends, writes and works until nothing is left to do at once.</summary>
    public void Carry()
    {
        while (Replica is { Ready.IsEmpty: false } replica)
        {
            foreach (var record in replica.Ready.Persist) Store.Write(record);
            Post(replica.Ready);
            var effects = replica.Ready.Effects.ToArray();
            replica.Ready.Clear();
            foreach (var effect in effects) Work(replica, effect);
        }

        if (Leader is not { } leader) return;
        Post(leader.Ready);
        leader.Ready.Clear();
    }

    private void Post(Ready ready)
    {
        foreach (var mail in ready.Send) cluster.Post(Id, mail);
        Notices.AddRange(ready.Notices);
    }

    private void Work(Replica replica, Effect effect)
    {
        switch (effect)
        {
            case Effect.ReadLog read:
                var entries = Store.Entries.Where(entry => read.After < entry.Index).ToArray();
                var previous = Store.SnapshotPosition.Index == read.After
                    ? Store.SnapshotPosition
                    : Store.Entries.FirstOrDefault(entry => entry.Index == read.After)?.Position ?? default;
                replica.OnLogRead(read.Ticket, previous, [.. entries]);
                break;
            case Effect.OpenSnapshot open:
                var image = TestStore.Encode(replica.State);
                _open[open.Transfer] = image;
                replica.OnSnapshotOpened(open.Transfer, replica.State.Applied, image.Length);
                break;
            case Effect.ReadSnapshot read:
                replica.OnSnapshotRead(read.Transfer, read.Offset, _open[read.Transfer].AsMemory((int)read.Offset, read.Length));
                break;
            case Effect.CloseSnapshot close:
                _open.Remove(close.Transfer);
                break;
            case Effect.WriteSnapshot write:
                if (write.Offset == 0) _arriving[write.Transfer] = [];
                _arriving[write.Transfer].AddRange(write.Bytes.Span);
                replica.OnSnapshotWritten(write.Transfer, _arriving[write.Transfer].Count);
                break;
            case Effect.InstallSnapshot install when InstallsThatFail > 0:
                InstallsThatFail--;
                _arriving.Remove(install.Transfer);
                replica.OnSnapshotFailed(install.Transfer);
                break;
            case Effect.InstallSnapshot install:
                var bytes = _arriving[install.Transfer].ToArray();
                Store.Install(bytes, install.Position);
                replica.OnSnapshotInstalled(install.Transfer, install.Position, TestStore.Decode(bytes));
                break;
        }
    }
}
