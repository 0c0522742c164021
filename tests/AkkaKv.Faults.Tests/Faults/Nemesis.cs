using System.Diagnostics;
using AkkaKv.Faults.Tests.Clients;
using AkkaKv.Faults.Tests.Processes;
using AkkaKv.Simulation;

namespace AkkaKv.Faults.Tests.Faults;

/// <summary>
/// Does one fault after the other to a cluster, chosen by a seed. It undoes each, and then the cluster must be well again without
/// further help.
/// </summary>
internal sealed class Nemesis(TestCluster cluster, Prng random)
{
    private const int ExitDamaged = 3;
    private const int ExitFailed = 1;

    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(7);

    private static readonly FaultKind[] OfFiles = [FaultKind.TruncateFile, FaultKind.FlipBit];

    private static readonly FaultKind[] OfNetworks =
        [FaultKind.IsolateLeader, FaultKind.IsolateFollower, FaultKind.CutPair, FaultKind.CutOneWay];

    /// <summary>The faults that this cluster can be done on this machine.</summary>
    public IReadOnlyList<FaultKind> Possible { get; } =
        [.. Enum.GetValues<FaultKind>()
            .Where(kind => cluster.Network is not null || !OfNetworks.Contains(kind))
            .Where(kind => cluster.HasSmallDisks || kind != FaultKind.FillDisk)];

    /// <summary>Chooses a fault.</summary>
    public FaultKind Choose() => Possible[random.Next(Possible.Count)];

    /// <summary>Does a fault, undoes it, and waits until every server is ready.</summary>
    /// <returns>The servers that were left alone, at which stalls mean something.</returns>
    public async Task<IReadOnlyList<ServerProcess>> StrikeAsync(FaultKind kind)
    {
        var leader = await cluster.LeaderAsync();
        var victim = Victim(kind, leader);
        foreach (var server in cluster.Servers)
            server.Note($"fault: {kind} of server {victim.Id}; server {leader.Id} leads");
        var untouched = kind == FaultKind.KillAll ? [] : cluster.Others(victim).ToList();
        switch (kind)
        {
            case FaultKind.KillFollower or FaultKind.KillLeader:
                victim.Kill();
                await PauseAsync(500, 4_000);
                break;
            case FaultKind.KillAll:
                foreach (var server in cluster.Servers)
                    server.Kill();
                break;
            case FaultKind.PauseFollower or FaultKind.PauseLeader:
                await FreezeAsync(victim, 450, 1_800);
                break;
            case FaultKind.FreezeFollower or FaultKind.FreezeLeader:
                await FreezeAsync(victim, 3_500, 8_000);
                break;
            case FaultKind.Restart:
                await RestartAsync(victim);
                break;
            case FaultKind.TruncateFile or FaultKind.FlipBit:
                await DamageAsync(kind, victim);
                break;
            case FaultKind.FillDisk:
                await FillDiskAsync(victim);
                break;
            case FaultKind.IsolateLeader or FaultKind.IsolateFollower or FaultKind.CutPair or FaultKind.CutOneWay:
                untouched = [.. untouched.Where(server => server != Cut(kind, victim))];
                await PauseAsync(500, 6_000);
                break;
            default:
                throw new UnreachableException();
        }

        await cluster.HealAsync();
        return untouched;
    }

    private ServerProcess Victim(FaultKind kind, ServerProcess leader)
    {
        if (kind is FaultKind.KillLeader or FaultKind.PauseLeader or FaultKind.FreezeLeader or FaultKind.IsolateLeader)
            return leader;
        var isFollower = kind is FaultKind.KillFollower or FaultKind.PauseFollower or FaultKind.FreezeFollower or FaultKind.IsolateFollower;
        var candidates = isFollower ? [.. cluster.Others(leader)] : cluster.Servers;
        return candidates[random.Next(candidates.Count)];
    }

    private Task PauseAsync(int fromMilliseconds, int toMilliseconds) =>
        Task.Delay(fromMilliseconds + random.Next(toMilliseconds - fromMilliseconds));

    private async Task FreezeAsync(ServerProcess victim, int fromMilliseconds, int toMilliseconds)
    {
        victim.Freeze();
        await PauseAsync(fromMilliseconds, toMilliseconds);
        victim.Thaw();
    }

    private async Task RestartAsync(ServerProcess victim)
    {
        var code = await victim.StopAsync(TestCluster.Patience);
        if (code != 0)
            throw new InvalidOperationException($"Server {victim.Id} was asked to stop and ended with exit code {code}: {victim.Errors}");
        await PauseAsync(100, 1_000);
    }

    /// <summary>The server starts all the same, or says what is damaged and can be filled again by the others.</summary>
    private async Task DamageAsync(FaultKind kind, ServerProcess victim)
    {
        victim.Kill();
        var files = FileDamage.Files(victim.DataDirectory);
        var file = files[random.Next(files.Count)];
        var offset = kind == FaultKind.FlipBit
            ? FileDamage.FlipBit(file, random.Next(1_000) / 1_000.0, random.Next(8))
            : FileDamage.Truncate(file, random);
        victim.Note($"{kind} of {file} at {offset}");
        victim.Start();
        try
        {
            await victim.WaitUntilReadyAsync(TestCluster.Patience);
        }
        catch (TimeoutException) when (victim.ExitCode == ExitDamaged)
        {
            if (OfFiles.Contains(kind) && !victim.Errors.Contains("offset", StringComparison.Ordinal))
                throw new InvalidOperationException($"Server {victim.Id} does not say where its data is damaged: {victim.Errors}");
            victim.Start(discardDamaged: true);
            await victim.WaitUntilReadyAsync(TestCluster.Patience);

            // As an operator does who has looked at it: a small disk holds few of them.
            foreach (var setAside in Directory.GetDirectories(victim.DataDirectory, "damaged-*"))
                Directory.Delete(setAside, recursive: true);
        }
    }

    /// <summary>Clients write until the server notices that there is no room; a server that stops over it is started again.</summary>
    private async Task FillDiskAsync(ServerProcess victim)
    {
        var filler = SmallDisk.Fill(victim.DataDirectory);
        var value = new string('x', 64 * 1024);
        using var client = new KvClient(victim.Host, victim.ClientPort, ClientTimeout);
        for (var i = 0; i < 300; i++)
        {
            if (!(await client.AskAsync("SET", $"large-{i % 16}", value)).IsDone)
                break;
        }

        filler.Dispose();
        if (!victim.IsRunning && victim.ExitCode != ExitFailed)
        {
            throw new InvalidOperationException(
                $"On a full disk server {victim.Id} ended with exit code {victim.ExitCode}: {victim.Errors}");
        }
    }

    /// <returns>The other server that feels it; the victim itself when all do.</returns>
    private ServerProcess Cut(FaultKind kind, ServerProcess victim)
    {
        var network = cluster.Network!;
        var others = cluster.Others(victim).ToList();
        if (kind is FaultKind.IsolateLeader or FaultKind.IsolateFollower)
        {
            foreach (var other in others)
            {
                network.Cut(victim.Id, other.Id);
                network.Cut(other.Id, victim.Id);
            }

            return victim;
        }

        var peer = others[random.Next(others.Count)];
        network.Cut(victim.Id, peer.Id);
        if (kind == FaultKind.CutPair)
            network.Cut(peer.Id, victim.Id);
        return peer;
    }
}
