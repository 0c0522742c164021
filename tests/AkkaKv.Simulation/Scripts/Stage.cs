using AkkaKv.Core;
using AkkaKv.Core.Commands;
using AkkaKv.Core.Replication;
using AkkaKv.SimulatedStorage;
using AkkaKv.Simulation.Linearizability;
using AkkaKv.Simulation.World;

namespace AkkaKv.Simulation.Scripts;

/// <summary>
/// The world of the schedules, but nothing in it happens by chance: a script keeps messages back and lets them go, stops and
/// starts processes, asks as a client. So it reaches in one run what no thousand seeds do. It may do nothing to a message but delay, repeat
/// and lose it. The servers, and the checkers that look at all of them after every step, are the same as ever.
/// </summary>
internal sealed class Stage
{
    private readonly List<(SimulatedServer Server, SimulatedRequest Request)> _asked = [];
    private readonly CommandWriter _commands = new();
    private long _value;

    public Stage(Lie lie, Plan plan, bool keepsLines = false)
    {
        Cluster = new SimulatedCluster(1, lie, keepsLines, _ => plan);
        Cluster.Network.Passes = (from, sent) => Fate(new Letter(from, sent)) switch
        {
            Handling.Passes => true,
            Handling.Lost => false,
            Handling.Copied => Keep(new Letter(from, sent), passes: true),
            _ => Keep(new Letter(from, sent), passes: false),
        };
        Cluster.Checks.Reference.Watch("k");
    }

    public SimulatedCluster Cluster { get; }

    public SimulatedServer[] Servers => Cluster.Servers;

    /// <summary>What becomes of each message that is sent.</summary>
    public Func<Letter, Handling> Fate { get; set; } = static _ => Handling.Passes;

    /// <summary>Messages that were kept back, or of which a copy was kept, in the order in which they were sent.</summary>
    public List<Letter> Kept { get; } = [];

    /// <summary>Everybody starts on an empty disk, one server leads, a first value is written, and all hold leases.</summary>
    public void Begin(int leader)
    {
        Cluster.Start();
        Lead(leader);
        Until(() => Servers.All(static server => server.Replica!.Status.Ready), "all servers are ready");
        var first = Put(leader);
        Until(() => first.HasResult, "the first value is written");
        if (Cluster.Plan.ReadMode == ReadMode.Lease)
            Until(() => Servers.All(static server => server.Replica!.HoldsLease), "all replicas hold leases");
    }

    public void Lead(int slot) => Servers[slot].StartLeader();

    /// <summary>Lets time pass.</summary>
    public void Run(double milliseconds)
    {
        var over = false;
        Cluster.Timeline.After(Timeline.Milliseconds(milliseconds), () => over = true);
        while (!over) Cluster.Timeline.Step();
    }

    /// <summary>Lets time pass until something is so, or until the time is over.</summary>
    public bool Try(Func<bool> holds, double millisecondsMax)
    {
        var deadline = Cluster.Timeline.Now + Timeline.Milliseconds(millisecondsMax);
        while (!holds())
        {
            if (Cluster.Timeline.Now > deadline || !Cluster.Timeline.Step()) return false;
        }

        return true;
    }

    /// <summary>Lets time pass until something is so, as the story needs.</summary>
    public void Until(Func<bool> holds, string what, double millisecondsMax = 5_000)
    {
        if (!Try(holds, millisecondsMax)) throw new ScriptFailedException($"it does not come about that {what}");
    }

    /// <summary>The process of a server is killed and what it had in memory alone is gone; the script starts it again.</summary>
    public void Kill(int slot)
    {
        Servers[slot].Kill();
        Forget(slot);
    }

    /// <summary>The disk of a server is replaced by an empty one, and the server starts.</summary>
    public void LoseDisk(int slot)
    {
        Servers[slot].LoseDisk();
        Forget(slot);
        Servers[slot].Start();
    }

    /// <summary>The server starts on an older image of its disk.</summary>
    public void PutBack(int slot, SimulatedFileSystem image)
    {
        Servers[slot].PutBack(image);
        Forget(slot);
        Servers[slot].Start();
    }

    /// <summary>A client writes a new value.</summary>
    public SimulatedRequest Put(int slot)
    {
        var request = Ask(slot);
        var value = (++_value).ToString(System.Globalization.CultureInfo.InvariantCulture);
        request.Add(OperationKind.Set, "k", value, null);
        _commands.Set("k"u8, System.Text.Encoding.ASCII.GetBytes(value));
        request.WriteAt(Servers[slot], _commands.Take());
        return request;
    }

    /// <summary>A client reads.</summary>
    public SimulatedRequest Get(int slot)
    {
        var request = Ask(slot);
        request.Add(OperationKind.Get, "k", null, null);
        request.ReadAt(Servers[slot]);
        return request;
    }

    /// <summary>Lets go of what was kept, in its order.</summary>
    public void Release(Func<Letter, bool> which)
    {
        foreach (var letter in Kept.Where(which).ToList())
        {
            Kept.Remove(letter);
            Deliver(letter);
        }
    }

    public void Deliver(Letter letter) => Cluster.Network.DeliverSoon(letter.From, letter.Sent);

    /// <summary>The end of every script: every client gets an answer, all replicas become the same, the history is linearizable.</summary>
    public void Finish()
    {
        Fate = static _ => Handling.Passes;
        foreach (var letter in Kept) Deliver(letter);
        Kept.Clear();
        Cluster.Heal();
        Cluster.RunUntil(() => _asked.TrueForAll(static asked => asked.Request.IsDone), "every request is answered");
        for (var slot = 0; slot < Servers.Length; slot++)
        {
            // A server that still finds its way back may say so: its client asks again.
            SimulatedRequest? last = null;
            var home = slot;
            Cluster.RunUntil(
                () =>
                {
                    if (last is not { IsDone: false } && Servers[home].IsUp && last?.HasResult != true) last = Put(home);
                    return last is { HasResult: true };
                },
                $"a client of server {slot + 1} gets an answer");
        }

        Cluster.Finish();
    }

    private SimulatedRequest Ask(int slot)
    {
        var request = new SimulatedRequest(Cluster, slot, static _ => { });
        _asked.Add((Servers[slot], request));
        return request;
    }

    /// <summary>The connections of a dead server are closed.</summary>
    private void Forget(int slot)
    {
        foreach (var (server, request) in _asked)
            if (server == Servers[slot] && !request.IsDone) request.Forget();
    }

    private bool Keep(Letter letter, bool passes)
    {
        Kept.Add(letter);
        return passes;
    }
}

/// <summary>What becomes of a message.</summary>
internal enum Handling
{
    Passes,
    Kept,

    /// <summary>It passes, and the network has another one for later.</summary>
    Copied,
    Lost,
}

/// <summary>A message on its way.</summary>
internal readonly record struct Letter(ReplicaId From, Outgoing Sent)
{
    public Message Message => Sent.Message;

    /// <summary>It is on its way from one server to another.</summary>
    public bool Goes(int from, int to) => From.Slot == from && Sent.To.Slot == to;

    public bool ComesFrom(int from) => From.Slot == from && Sent.To.Slot != from;

    public bool GoesTo(int to) => From.Slot != to && Sent.To.Slot == to;
}
