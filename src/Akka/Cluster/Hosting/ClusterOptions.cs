#nullable enable

using System.Text;
using Akka.Cluster.Hosting.SBR;
using Akka.Hosting;
using Akka.Remote.Hosting;

namespace Akka.Cluster.Hosting;

/// <summary>How this node takes part in a cluster. What is null keeps the value that is configured elsewhere.</summary>
public sealed class ClusterOptions
{
    /// <summary>What this node does, for others to tell.</summary>
    public string[]? Roles { get; set; }

    /// <summary>The addresses of nodes to join, <c>akka.tcp://system@host:port</c>.</summary>
    public string[]? SeedNodes { get; set; }

    /// <summary>How many members there must be before the first becomes Up.</summary>
    public int? MinimumNumberOfMembers { get; set; }

    /// <summary>The same for each role.</summary>
    public Dictionary<string, int> MinimumNumberOfMembersPerRole { get; set; } = [];

    /// <summary>Whether the steps of members are logged.</summary>
    public bool? LogInfo { get; set; }

    /// <summary>When a silent node counts as unreachable.</summary>
    public PhiAccrualFailureDetectorOptions? FailureDetector { get; set; }

    /// <summary>Who survives when the members cannot all reach each other.</summary>
    public SplitBrainResolverOption? SplitBrainResolver { get; set; }

    internal StringBuilder ToHocon()
    {
        var hocon = new StringBuilder("akka.cluster {\n")
            .Set("roles", Roles)
            .Set("seed-nodes", SeedNodes)
            .Set("min-nr-of-members", MinimumNumberOfMembers)
            .Set("log-info", LogInfo);
        foreach (var (role, number) in MinimumNumberOfMembersPerRole)
            hocon.Set($"role.{Configuration.Hocon.HoconWriter.Quote(role)}.min-nr-of-members", number);
        if (FailureDetector is not null)
            hocon.Append("failure-detector {\n").Append(FailureDetector.ToHocon()).Append("}\n");
        return hocon.Append("}\n");
    }
}

/// <summary>How a singleton runs. What is null keeps the value that is configured elsewhere.</summary>
public class ClusterSingletonOptions
{
    /// <summary>How many messages its proxy keeps while there is no singleton; 0 for none.</summary>
    public int? BufferSize { get; set; }

    /// <summary>The role of the nodes it runs on; all if not given.</summary>
    public string? Role { get; set; }

    /// <summary>What the singleton is told when it shall stop; a <see cref="Actor.PoisonPill"/> if not given.</summary>
    public object? TerminationMessage { get; set; }
}
