namespace AkkaKv.Benchmarks.Targets;

/// <summary>The other stores that can be started here.</summary>
internal static class Peers
{
    /// <summary>How to start each one that is found on the PATH.</summary>
    /// <param name="basePort">The first of 100 ports.</param>
    public static IEnumerable<Func<Task<Target>>> Find(int basePort)
    {
        if (ChildProcess.Find("etcd") is { } etcd)
            yield return () => EtcdTarget.StartAsync(etcd, basePort);
        if (ChildProcess.Find("redis-server") is { } redis)
        {
            yield return () => RedisTarget.StartAsync(redis, basePort + 20, isDurable: true);
            yield return () => RedisTarget.StartAsync(redis, basePort + 40, isDurable: false);
        }
    }
}
