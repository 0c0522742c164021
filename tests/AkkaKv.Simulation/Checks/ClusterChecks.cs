using System.Runtime.InteropServices;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation.Checks;

/// <summary>
/// Looks at all servers at once after every step, which no server can do, and says at once which promise of the protocol is
/// broken. It looks only at what the step can have changed.
/// </summary>
/// <remarks>
/// "Visible" is what any leader has committed or any replica applied: whatever a client may have seen. The canonical log is made of
/// visible entries, in the order in which they became visible, and never changes.
/// </remarks>
internal sealed class ClusterChecks(SimulatedCluster cluster)
{
    private readonly List<Entry> _canonical = [];
    private readonly List<(Epoch By, LogIndex UpTo)> _commits = [];
    private readonly List<(Epoch Epoch, LogPosition Adopted)> _adoptions = [];
    private readonly Dictionary<Epoch, (LeaderInstance Leader, ReplicaId Server)> _leaders = [];
    private readonly LogMatching _logs = new();
    private readonly LogPosition[] _applied = new LogPosition[cluster.Plan.Servers];

    /// <summary>What the visible log does to a map that no fault reaches.</summary>
    public ReferenceState Reference { get; } = new();

    /// <summary>The last visible entry.</summary>
    public LogPosition Visible => _canonical.Count > 0 ? _canonical[^1].Position : LogPosition.Start;

    /// <summary>Visible entries.</summary>
    public int Entries => _canonical.Count;

    public LogPosition PositionOf(LogIndex index) => index == LogIndex.Zero ? LogPosition.Start : _canonical[(int)index.Value - 1].Position;

    /// <summary>I3, I4, I5: a record that the replica hands to its disk.</summary>
    public void OnRecord(SimulatedServer server, in DurableRecord record)
    {
        var memory = server.Memory!;
        if (record.Kind == DurableRecordKind.Append)
        {
            _logs.OnAppend(server.Id, memory.Last, record.Entry!);
        }
        else if (record.Kind == DurableRecordKind.Truncate)
        {
            var visible = Visible.Index;
            for (var index = record.From; index <= visible; index = index.Next)
            {
                if (memory[index]?.Position == PositionOf(index))
                    throw new SafetyViolationException($"I4: {server.Id} truncates {PositionOf(index)}, which is committed");
            }
        }
        else if (record.Kind == DurableRecordKind.Restart && !IsVisible(record.Base))
        {
            throw new SafetyViolationException($"I5: {server.Id} installs a snapshot of {record.Base}, which is not committed");
        }
    }

    /// <summary>I2: what a promise says must be on disk before it leaves.</summary>
    public void OnSend(SimulatedServer server, Message message)
    {
        if (message is Message.Promised && server.Durable!.Promised < message.Epoch)
            throw new SafetyViolationException($"I2: {server.Id} says that it promised {message.Epoch}, and its disk does not know");
        if (message is Message.Promised or Message.Acknowledged && server.Durable!.Mode != StoreMode.Voter)
            throw new SafetyViolationException($"R12: {server.Id} has a blank store and says {message}");
    }

    /// <summary>I4: the log of a leader that begins to write has everything that leaders before it committed.</summary>
    public void OnNotice(Notice notice)
    {
        if (notice is not Notice.Leading leading) return;
        foreach (var (by, upTo) in _commits)
            if (by < leading.Epoch) CheckAdoption(leading.Epoch, leading.Adopted, by, upTo);
        _adoptions.Add((leading.Epoch, leading.Adopted));
    }

    public void OnLeaderStep(SimulatedServer server, LeaderInstance leader)
    {
        var epoch = leader.Epoch;
        if (epoch != Epoch.None)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_leaders, epoch, out var exists);
            if (!exists) known = (leader, server.Id);
            else if (known.Leader != leader) throw new SafetyViolationException($"I1: two leaders have the epoch {epoch}");
        }

        var commit = new LogPosition(epoch, leader.CommitIndex);
        if (commit == server.LeaderCommitSeen || commit.Index == LogIndex.Zero) return;
        server.LeaderCommitSeen = commit;
        Commit(epoch, commit.Index);
    }

    public void OnReplicaStep(SimulatedServer server)
    {
        if (server.Replica is not { } replica) return;
        var applied = replica.State.Applied;
        if (applied != _applied[server.Id.Slot])
        {
            if (Visible.Index < applied.Index)
                throw new SafetyViolationException($"I7: {server.Id} exposes {applied}, which no leader committed");
            if (PositionOf(applied.Index) != applied)
                throw new SafetyViolationException($"I4: {server.Id} applied {applied}, but {PositionOf(applied.Index)} is committed");
            _applied[server.Id.Slot] = applied;
            cluster.Trace.Add(4, server.Id.Slot, applied.Index.Value, (long)applied.Epoch.Round);
        }

        CheckCover(server);
    }

    /// <summary>A start: the disk gives back what it reported as durable, and at most what was being written on top of it.</summary>
    public void OnRecovered(SimulatedServer server, RecoveredReplica recovered, List<DurableRecord> writing)
    {
        _applied[server.Id.Slot] = recovered.Snapshot;
        if (server.Durable is null)
        {
            if (recovered.Mode == StoreMode.Voter) throw new SafetyViolationException($"R12: {server.Id} has a new disk and votes");
            return;
        }

        if (recovered.Promised < server.Durable.Promised && server.Durable.Mode == recovered.Mode)
        {
            throw new SafetyViolationException(
                $"I2: {server.Id} promised {server.Durable.Promised}, and after a start {recovered.Promised}");
        }

        var expected = server.Durable.Copy();
        if (expected.IsSameAs(recovered)) return;
        foreach (var record in writing)
        {
            expected.Apply(record);
            if (expected.IsSameAs(recovered)) return;
        }

        throw new SafetyViolationException(
            $"storage: {server.Id} had promised {server.Durable.Promised} and a log to {server.Durable.Last} on disk, and recovered "
            + $"{recovered.Promised} and {(recovered.Entries.Count > 0 ? recovered.Entries[^1].Position : recovered.Snapshot)}");
    }

    private bool IsVisible(LogPosition position) => position.Index <= Visible.Index && PositionOf(position.Index) == position;

    /// <summary>I6: whoever could answer a read now has every visible entry in its log.</summary>
    private void CheckCover(SimulatedServer server)
    {
        if (server.Replica is not { HoldsLease: true } || server.Memory!.Holds(Visible)) return;
        throw new SafetyViolationException(
            $"I6: {server.Id} holds a lease, but its log ends at {server.Memory.Last} and lacks {Visible}, which is visible");
    }

    private void Commit(Epoch by, LogIndex upTo)
    {
        cluster.Trace.Add(5, (long)by.Round, by.Slot, upTo.Value);
        _commits.Add((by, upTo));
        foreach (var (epoch, adopted) in _adoptions)
            if (by < epoch) CheckAdoption(epoch, adopted, by, upTo);

        // Committed by a later leader already: then it is the same entry, or the adoption above would have said so.
        if (upTo <= Visible.Index) return;
        var log = FindMajority(by, upTo);
        for (var index = Visible.Index.Next; index <= upTo; index = index.Next)
        {
            var entry = log[index] ?? throw new SafetyViolationException($"{by} commits {index}, and no log has it one by one");
            _canonical.Add(entry);
            Reference.Apply(entry, log.Cluster);
        }

        foreach (var server in cluster.Servers) CheckCover(server);
    }

    private void CheckAdoption(Epoch epoch, LogPosition adopted, Epoch by, LogIndex upTo)
    {
        if (adopted.Index < upTo)
            throw new SafetyViolationException($"I4: {by} committed up to {upTo}, and {epoch} began with a log to {adopted}");
        if (adopted.Index <= Visible.Index && PositionOf(adopted.Index) != adopted)
            throw new SafetyViolationException($"I4: {epoch} began with {adopted}, but {PositionOf(adopted.Index)} is committed");
    }

    /// <summary>
    /// Durability: what becomes visible is on the disks of a majority. A disk that was lost since it acknowledged counts, because the
    /// protocol promises to survive its loss; one whose older copy was put back does not.
    /// </summary>
    private MirrorLog FindMajority(Epoch by, LogIndex upTo)
    {
        foreach (var candidate in cluster.Servers)
        {
            var log = Holder(candidate, null, upTo);
            if (log?[upTo] is not { } entry) continue;
            var holders = cluster.Servers.Count(server => Holder(server, entry.Position, upTo) is not null);
            if (holders * 2 > cluster.Servers.Length) return Holder(candidate, entry.Position, upTo)!;
        }

        throw new SafetyViolationException($"durability: {by} commits {upTo}, which is not on the disks of a majority");
    }

    private static MirrorLog? Holder(SimulatedServer server, LogPosition? position, LogIndex upTo)
    {
        foreach (var log in new[] { server.Durable, server.WasPutBack ? null : server.Lost })
        {
            if (log is null || log.Last.Index < upTo) continue;
            if (position is null || log.Holds(position.Value)) return log;
        }

        return null;
    }
}
