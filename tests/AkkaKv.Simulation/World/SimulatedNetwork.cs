using AkkaKv.Core;
using AkkaKv.Core.Replication;

namespace AkkaKv.Simulation.World;

/// <summary>
/// Carries messages between servers: late, twice, never, in any order, and not at all over a link that is cut in one direction
/// or in both. Within one server they arrive soon and in order, as between two actors.
/// </summary>
internal sealed class SimulatedNetwork(SimulatedCluster cluster, Plan plan, Prng random)
{
    private readonly bool[] _cut = new bool[plan.Servers * plan.Servers];
    private readonly long[] _localArrival = new long[plan.Servers * 2];

    public bool IsHealed { get; set; }

    public long Lost { get; private set; }

    public long Repeated { get; private set; }

    /// <summary>Changes a message on its way, or drops it (null): for liars.</summary>
    public Func<Outgoing, Outgoing?>? Tamper { get; set; }

    /// <summary>Takes a message out of the network's hands (false): a script delivers it when it wants to, or never.</summary>
    public Func<ReplicaId, Outgoing, bool>? Passes { get; set; }

    public void Cut(int from, int to, bool isCut = true) => _cut[(from * plan.Servers) + to] = isCut;

    public void Mend() => Array.Clear(_cut);

    public void Send(ReplicaId from, Outgoing sent)
    {
        if (Tamper is not null)
        {
            if (Tamper(sent) is not { } changed) return;
            sent = changed;
        }

        if (Passes is { } passes && !passes(from, sent)) return;
        if (from == sent.To)
        {
            SendLocally(from, sent);
            return;
        }

        if (!IsHealed && (_cut[(from.Slot * plan.Servers) + sent.To.Slot] || (plan.Has(Faults.Loss) && random.Chance(0.05))))
        {
            Lost++;
            return;
        }

        Deliver(from, sent, Delay());
        if (IsHealed || !plan.Has(Faults.Repetition) || !random.Chance(0.1)) return;
        Repeated++;
        Deliver(from, sent, Delay() + Timeline.Milliseconds(random.Next(random.Chance(0.2) ? 2_000 : 20)));
    }

    private long Delay()
    {
        var milliseconds = plan.DelayMilliseconds * (0.2 + random.NextDouble());
        if (!IsHealed && plan.Has(Faults.Delay) && random.Chance(0.05)) milliseconds *= 10;
        if (!IsHealed && plan.Has(Faults.Delay) && random.Chance(plan.LateShare)) milliseconds += random.Next(3_000);
        return Timeline.Milliseconds(milliseconds);
    }

    /// <summary>Delivers a message soon, whatever the network would do with it.</summary>
    public void DeliverSoon(ReplicaId from, Outgoing sent) => Deliver(from, sent, Delay());

    private void Deliver(ReplicaId from, Outgoing sent, long delay) =>
        cluster.Timeline.After(delay, () => cluster.Servers[sent.To.Slot].Deliver(from, sent.Part, sent.Message));

    private void SendLocally(ReplicaId from, Outgoing sent)
    {
        var place = (from.Slot * 2) + (sent.Part == Part.Leader ? 1 : 0);
        var arrival = Math.Max(_localArrival[place], cluster.Timeline.Now + Timeline.Milliseconds(0.01 + (0.02 * random.NextDouble())));
        _localArrival[place] = arrival;
        var server = cluster.Servers[from.Slot];
        var life = server.Life;
        cluster.Timeline.At(arrival, () =>
        {
            if (server.Life == life) server.Deliver(from, sent.Part, sent.Message);
        });
    }
}
