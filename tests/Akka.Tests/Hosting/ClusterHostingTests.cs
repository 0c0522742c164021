using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using AkkaContract.Clustering;
using AkkaKv.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace AkkaContract.Hosting;

/// <summary>A member of a cluster as a host runs it.</summary>
public sealed class ClusterHostingTests : ClusterNodes
{
    private const string Name = "hosted";

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell($"{message} from {Self.Path.ToStringWithoutAddress()}"));
    }

    [Fact]
    public async Task A_host_joins_its_seeds_with_its_roles()
    {
        var port = FreePorts.Take(1)[0];
        using var host = await StartHost(port, new ClusterOptions { Roles = ["store", "front"], SeedNodes = [Seed(port)] });
        var cluster = Cluster.Get(host.Services.GetRequiredService<ActorSystem>());

        await Eventually(() => cluster.IsUp);

        Assert.Equal(port, cluster.SelfAddress.Port);
        Assert.True(cluster.SelfMember.HasRole("store"));
        Assert.True(cluster.SelfMember.HasRole("front"));
        await host.StopAsync().WaitAsync(Patience);
        Assert.True(cluster.IsTerminated);
    }

    [Fact]
    public async Task Options_of_the_cluster_win_over_hocon()
    {
        var port = FreePorts.Take(1)[0];
        using var host = await StartHost(
            port,
            new ClusterOptions { MinimumNumberOfMembers = 3, MinimumNumberOfMembersPerRole = new() { ["store"] = 2 } },
            builder => builder.AddHocon("akka.cluster { min-nr-of-members = 7, gossip-time-to-live = 321ms }", HoconAddMode.Append));

        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        Assert.Equal(3, config.GetInt("akka.cluster.min-nr-of-members"));
        Assert.Equal(2, config.GetInt("akka.cluster.role.store.min-nr-of-members"));
        Assert.Equal(TimeSpan.FromMilliseconds(321), config.GetTimeSpan("akka.cluster.gossip-time-to-live"));
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_singleton_is_reached_through_the_proxy_under_its_key()
    {
        var port = FreePorts.Take(1)[0];
        using var host = await StartHost(
            port,
            new ClusterOptions { SeedNodes = [Seed(port)], Roles = ["store"] },
            builder => builder.WithSingleton<Echo>(
                "leader", Props.Create(() => new Echo()), new ClusterSingletonOptions { Role = "store", BufferSize = 10 }));

        var proxy = host.Services.GetRequiredService<ActorRegistry>().Get<Echo>();

        Assert.Equal("hello from /user/leader/leader", await proxy.Ask<string>("hello", Patience));
        Assert.Equal("/user/leader-proxy", proxy.Path.ToStringWithoutAddress());
        await host.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_host_may_have_a_proxy_without_the_singleton()
    {
        var ports = FreePorts.Take(2);
        using var first = await StartHost(
            ports[0],
            new ClusterOptions { SeedNodes = [Seed(ports[0])], Roles = ["store"] },
            builder => builder.WithSingleton<Echo>(
                "leader",
                (_, _, _) => Props.Create(() => new Echo()),
                new ClusterSingletonOptions { Role = "store" },
                createProxyToo: false));
        using var second = await StartHost(
            ports[1],
            new ClusterOptions { SeedNodes = [Seed(ports[0])] },
            builder => builder.WithSingletonProxy<Echo>("leader", new ClusterSingletonOptions { Role = "store" }));

        var proxy = second.Services.GetRequiredService<ActorRegistry>().Get<Echo>();

        Assert.Equal("hello from /user/leader/leader", await proxy.Ask<string>("hello", Patience));
        Assert.False(first.Services.GetRequiredService<ActorRegistry>().TryGet<Echo>(out _));
        await second.StopAsync().WaitAsync(Patience);
        await first.StopAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_node_is_healthy_while_its_system_runs_and_ready_once_it_is_a_member()
    {
        var port = FreePorts.Take(1)[0];
        using var host = await StartHost(
            port,
            new ClusterOptions(),
            builder => builder
                .WithActorSystemLivenessCheck()
                .WithAkkaClusterReadinessCheck()
                .WithHealthCheck("own", (_, _, _) => Task.FromResult(HealthCheckResult.Degraded("so so")), tags: ["mine"]));
        var health = host.Services.GetRequiredService<HealthCheckService>();
        var cluster = Cluster.Get(host.Services.GetRequiredService<ActorSystem>());

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(check => check.Tags.Contains("liveness"))).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status);
        Assert.Equal(HealthStatus.Degraded, (await health.CheckHealthAsync(check => check.Tags.Contains("mine"))).Status);
        await cluster.JoinAsync(cluster.SelfAddress).WaitAsync(Patience);
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status);

        await host.StopAsync().WaitAsync(Patience);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(check => check.Tags.Contains("liveness"))).Status);
    }

    [Fact]
    public async Task A_node_that_is_downed_stops_its_host_with_an_exit_code()
    {
        var port = FreePorts.Take(1)[0];
        using var host = await StartHost(port, new ClusterOptions { SeedNodes = [Seed(port)] });
        var cluster = Cluster.Get(host.Services.GetRequiredService<ActorSystem>());
        await Eventually(() => cluster.IsUp);
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        try
        {
            cluster.Down(cluster.SelfAddress);

            await stopping.Task.WaitAsync(Patience);
            Assert.Equal(-1, Environment.ExitCode);
        }
        finally
        {
            // It is that of the process which runs the tests.
            Environment.ExitCode = 0;
        }

        await host.StopAsync().WaitAsync(Patience);
    }

    private static string Seed(int port) => $"akka.tcp://{Name}@127.0.0.1:{port}";

    private static async Task<IHost> StartHost(int port, ClusterOptions options, Action<AkkaConfigurationBuilder>? configure = null)
    {
        var host = new HostBuilder()
            .ConfigureServices(services => services.AddHealthChecks().Services.AddAkka(Name, builder =>
            {
                builder
                    .AddHocon(Fast, HoconAddMode.Append)
                    .WithRemoting(remote => (remote.HostName, remote.Port) = ("127.0.0.1", port))
                    .WithClustering(options);
                configure?.Invoke(builder);
            }))
            .Build();
        await host.StartAsync();
        return host;
    }
}
