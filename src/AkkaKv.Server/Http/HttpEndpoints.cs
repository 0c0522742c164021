using System.Net;
using System.Net.Sockets;
using AkkaKv.Actors;
using AkkaKv.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AkkaKv.Server.Http;

/// <summary>
/// What operators and their tools ask over HTTP: <c>/healthz</c> (the process lives), <c>/readyz</c> (linearizable reads and writes are
/// served now), <c>/metrics</c> (Prometheus), <c>/</c> (a page for people). It outlives the lives of the server in the cluster.
/// </summary>
internal static class HttpEndpoints
{
    /// <exception cref="IOException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<WebApplication> StartAsync(ServerOptions options, ReplicaView view)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        ServerLog.Configure(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(new IPEndPoint(HostAddress.Resolve(options.Self.Host), options.Self.HttpPort));
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();

        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/healthz", () => Results.Text("ok\n"));
        app.MapGet("/readyz", () => Ready(view));
        app.MapGet("/metrics", () => Results.Text(Metrics.Write(view), "text/plain; version=0.0.4; charset=utf-8"));
        app.MapGet("/", () => Results.Text(StatusPage.Write(options, view), "text/html; charset=utf-8"));
        try
        {
            await app.StartAsync().ConfigureAwait(false);
            return app;
        }
        catch (Exception e) when (e.GetBaseException() is SocketException problem)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw new IOException(
                $"The HTTP port {options.Self.Place(options.Self.HttpPort)} cannot be used: {problem.Message}", e);
        }
    }

    private static IResult Ready(ReplicaView view) => view.Status.Ready
        ? Results.Text("ready\n")
        : Results.Text("not ready: no leader was heard from, or this server is catching up or stopping\n",
            statusCode: StatusCodes.Status503ServiceUnavailable);

    /// <summary>Signals are answered by the process, not by the web host.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
