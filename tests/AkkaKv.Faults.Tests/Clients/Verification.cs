using System.Diagnostics;
using AkkaKv.Faults.Tests.Processes;
using AkkaKv.Simulation.Linearizability;

namespace AkkaKv.Faults.Tests.Clients;

/// <summary>
/// What must hold when a load has ended and every server is well: each key's history can be explained, with a last read of it at
/// every server as part of the history, and every write of an own key that was acknowledged is at every server.
/// </summary>
internal static class Verification
{
    private const int LastReader = 1_000;
    private const int KeysAtOnce = 100;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <returns>What does not hold, in words for people; empty when all is well.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(IReadOnlyList<ServerProcess> servers, Workload workload)
    {
        var violations = new List<string>();
        var sizes = new List<string>();
        foreach (var server in servers)
        {
            using var client = new KvClient(server.Host, server.ClientPort, Timeout);
            await ReadHistoriesAsync(client, server, workload, violations);
            await FindLostAsync(client, server, workload, violations);
            sizes.Add((await client.AskAsync("DBSIZE")).ToString());
        }

        if (sizes.Distinct().Count() > 1)
            violations.Add($"The servers differ in their number of keys: {string.Join(", ", sizes)}.");
        foreach (var (key, verdict, operations) in Checker.CheckKeys(workload.Histories.SelectMany(history => history.Operations)))
        {
            if (verdict == Verdict.Illegal)
                violations.Add($"{key}: {Story.Tell(operations)}");
        }

        return violations;
    }

    private static async Task ReadHistoriesAsync(
        KvClient client, ServerProcess server, Workload workload, List<string> violations)
    {
        foreach (var key in workload.Histories)
        {
            var invoked = Stopwatch.GetTimestamp();
            var outcome = await client.AskAsync("GET", key.Name);
            if (!outcome.IsDone)
            {
                violations.Add($"GET {key.Name} at server {server.Id} of a healed cluster: {outcome}");
                continue;
            }

            var value = outcome.Reply!.IsNull ? null : outcome.Reply.Text;
            key.Add(new Operation(
                LastReader + server.Id, OperationKind.Get, key.Name, null, null, value, invoked, Stopwatch.GetTimestamp()));
        }
    }

    private static async Task FindLostAsync(KvClient client, ServerProcess server, Workload workload, List<string> violations)
    {
        foreach (var chunk in workload.Acknowledged.Chunk(KeysAtOnce))
        {
            var outcome = await client.AskAsync(["MGET", .. chunk.Select(pair => pair.Key)]);
            if (!outcome.IsDone)
            {
                violations.Add($"MGET at server {server.Id} of a healed cluster: {outcome}");
                continue;
            }

            foreach (var ((key, value), found) in chunk.Zip(outcome.Reply!.Items))
            {
                if (found.IsNull || found.Text != value)
                    violations.Add($"Lost: {key} = {value} was acknowledged; server {server.Id} has {found}.");
            }
        }
    }
}
