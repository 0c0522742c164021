namespace AkkaKv.Server.Tests.Processes;

/// <summary>Tests that start servers run one after the other: a machine with two cores has enough to do with each.</summary>
[CollectionDefinition(nameof(RealProcesses), DisableParallelization = true)]
public sealed class RealProcesses;
