using System.Text;
using AkkaKv.Core.Commands;
using AkkaKv.Simulation.Linearizability;

namespace AkkaKv.Simulation.World;

/// <summary>
/// One client: one operation after another at one server, as its session there would do it: reads from local memory if they can be
/// served there, else through the replica. It remembers what it asked and what it was told.
/// </summary>
internal sealed class SimulatedClient(SimulatedCluster cluster, int number, int home, Prng random)
{
    private readonly CommandWriter _commands = new();
    private SimulatedRequest? _request;
    private SimulatedServer? _server;

    /// <summary>Operations that were answered with a result since the faults ended.</summary>
    public int AnswersSinceHeal { get; private set; }

    public bool IsIdle => _request is null;

    public void Begin() => Rest();

    /// <summary>The server died, and with it the connection: what a write did is not known.</summary>
    public void OnServerDied(SimulatedServer server)
    {
        if (_request is null || _server != server) return;
        var request = _request;
        _request = null;
        request.Forget();
        Rest();
    }

    private void Rest() => cluster.Timeline.After(
        Timeline.Milliseconds(cluster.Plan.ThinkMilliseconds * (0.1 + (2 * random.NextDouble()))), Act);

    private void Act()
    {
        if (cluster.ClientsStop) return;
        var slot = random.Chance(0.9) ? home : random.Next(cluster.Servers.Length);
        _server = cluster.Servers[slot];
        if (!_server.IsUp || _server.IsPaused)
        {
            Rest();
            return;
        }

        if (random.Chance(cluster.Plan.Reads)) Read(random.Chance(0.2) ? 2 : 1);
        else Write(random.Chance(0.2) ? 3 : 1);
    }

    private void Read(int count)
    {
        var request = new SimulatedRequest(cluster, number, Done);
        for (var i = 0; i < count; i++) request.Add(OperationKind.Get, cluster.Keys.Pick(random), null, null);
        _request = request;
        request.ReadAt(_server!);
    }

    private void Write(int countMax)
    {
        var request = new SimulatedRequest(cluster, number, Done);
        var count = 1 + random.Next(countMax);
        for (var i = 0; i < count; i++) WriteCommand(request);
        _request = request;
        request.WriteAt(_server!, _commands.Take());
    }

    private void WriteCommand(SimulatedRequest request)
    {
        var key = cluster.Keys.Pick(random);
        var name = Encoding.ASCII.GetBytes(key);
        var text = cluster.Keys.NextValue();
        var value = Encoding.ASCII.GetBytes(text);
        if (KeySpace.Expires(key) && random.Chance(0.6))
        {
            request.Add(OperationKind.Set, key, text, null);
            _commands.Set(name, value, new SetOptions { Expiry = Expiry.After(20 + random.Next(400)) });
            return;
        }

        switch (random.Next(6))
        {
            case 0:
                request.Add(OperationKind.Delete, key, null, null);
                _commands.Delete(name);
                break;
            case 1:
                request.Add(OperationKind.Increment, key, null, null);
                _commands.IncrementBy(name, 1);
                break;
            case 2:
                request.Add(OperationKind.SetIfAbsent, key, text, null);
                _commands.Set(name, value, new SetOptions { Condition = SetCondition.IfAbsent });
                break;
            case 3 when cluster.Keys.LastSeen(key) is { } seen:
                request.Add(OperationKind.SetIfEqual, key, text, seen);
                _commands.Set(name, value, new SetOptions { Condition = SetCondition.IfEqual, Comparand = Encoding.ASCII.GetBytes(seen) });
                break;
            default:
                request.Add(OperationKind.Set, key, text, null);
                _commands.Set(name, value);
                break;
        }
    }

    private void Done(bool hasResult)
    {
        _request = null;
        if (hasResult && cluster.IsHealed) AnswersSinceHeal++;
        Rest();
    }
}
