using System.Collections.Immutable;
using System.Net;
using AkkaKv.Benchmarks.Load;

namespace AkkaKv.Benchmarks.Targets;

/// <summary>A store that is measured: its running servers, and how clients speak with it.</summary>
internal abstract class Target : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>Which version of it runs here.</summary>
    public abstract string Version { get; }

    /// <summary>What an OK and a value mean there.</summary>
    public abstract string Guarantees { get; }

    /// <summary>Where connections of writers and readers go.</summary>
    public abstract ImmutableArray<IPEndPoint> Servers { get; }

    /// <summary>One of them, for a workload that keeps to one: where reads are served as well as anywhere.</summary>
    public virtual Task<IPEndPoint> OneServerAsync() => Task.FromResult(Servers[^1]);

    /// <summary>False when a connection cannot have several requests under way: more connections take their place.</summary>
    public virtual bool CanPipeline => true;

    /// <summary>The processes of its servers.</summary>
    public abstract IEnumerable<ChildProcess> Processes { get; }

    public abstract Wire Wire(Dataset data);

    public abstract ValueTask DisposeAsync();
}
