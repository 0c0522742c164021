using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Hosting;

/// <summary>One server of a cluster, as its process runs it.</summary>
/// <param name="Settings">The configuration of the cluster.</param>
/// <param name="Self">Which of its servers this is.</param>
/// <param name="DataDirectory">This server's own folder.</param>
/// <param name="DiscardDamaged">Set damaged data aside and be filled again by the others.</param>
public sealed record ServerOptions(AkkaKvSettings Settings, ServerEndpoint Self, string DataDirectory, bool DiscardDamaged);
