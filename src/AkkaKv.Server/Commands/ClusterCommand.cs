using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AkkaKv.Server.Configuration;
using AkkaKv.Server.Hosting;

namespace AkkaKv.Server.Commands;

/// <summary>
/// Runs all servers of a configuration on this machine: for trying AkkaKv out, and for tests. Each is a process of its own, so that
/// one can be killed like a machine; one that dies is reported and started again. One that fails before it was ever ready would
/// fail again, for example because its port is taken: then all are stopped.
/// </summary>
internal static class ClusterCommand
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(Arguments.Cluster arguments, TextWriter output)
    {
        var settings = SettingsReader.Read(arguments.Config);
        var config = Path.GetFullPath(arguments.Config ?? Path.Combine(SettingsReader.DefaultsDirectory, "cluster.conf"));
        var data = Path.GetFullPath(arguments.Data ?? settings.DataDirectory);
        var writer = TextWriter.Synchronized(output);
        if (FirstPortProblem(settings) is { } problem)
        {
            writer.WriteLine(problem);
            return ExitCode.RuntimeFailure;
        }

        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

        var children = settings.Servers.Select(server => new ChildServer(server, config, Path.Combine(data, $"{server.Id}"))).ToList();
        writer.WriteLine($"Starting {children.Count} servers with their data in {data}");
        try
        {
            var ready = AnnounceReadyAsync(children, writer, stop.Token);
            var codes = await Task.WhenAll(children.Select(child => KeepRunningAsync(child, writer, stop))).ConfigureAwait(false);
            // When every server has ended by itself, nobody is left to become ready.
            await stop.CancelAsync().ConfigureAwait(false);
            await ready.ConfigureAwait(false);
            return codes.Max();
        }
        finally
        {
            foreach (var child in children)
                child.Dispose();
        }
    }

    private static async Task<int> KeepRunningAsync(ChildServer child, TextWriter output, CancellationTokenSource stop)
    {
        var name = $"server {child.Server.Id}";
        while (true)
        {
            child.Start(line => output.WriteLine($"{name} | {line}"));
            try
            {
                var code = await child.WaitForExitAsync(stop.Token).ConfigureAwait(false);
                // Damaged data will not mend itself, and the others go on without.
                if (code == ExitCode.DamagedData || (code == ExitCode.BadConfiguration && child.WasReady))
                {
                    output.WriteLine($"{name} ended with exit code {code} and is not started again");
                    return code;
                }

                if (code is ExitCode.RuntimeFailure or ExitCode.BadConfiguration && !child.WasReady)
                {
                    output.WriteLine($"{name} failed before it was ready; all servers are stopped");
                    await stop.CancelAsync().ConfigureAwait(false);
                    return code;
                }

                output.WriteLine($"{name} ended with exit code {code}; it is started again");
                await Task.Delay(RestartDelay, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await child.StopAsync(StopLimit).ConfigureAwait(false);
                output.WriteLine($"{name} has stopped");
                return ExitCode.Stopped;
            }
        }
    }

    private static async Task AnnounceReadyAsync(List<ChildServer> children, TextWriter output, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            await Task.WhenAll(children.Select(child => AnnounceReadyAsync(child, http, output, stop))).ConfigureAwait(false);
            var first = children[0].Server;
            output.WriteLine(
                $"All servers are ready. Any Redis client will do, at any of them: redis-cli -p {first.ClientPort}. "
                + "Ctrl-C stops them all.");
        }
        catch (OperationCanceledException)
        {
            // Stopped before all were ready.
        }
    }

    private static async Task AnnounceReadyAsync(ChildServer child, HttpClient http, TextWriter output, CancellationToken stop)
    {
        var server = child.Server;
        var address = new Uri($"http://{server.Place(server.HttpPort)}/readyz");
        while (!await IsReadyAsync(http, address, stop).ConfigureAwait(false))
            await Task.Delay(PollInterval, stop).ConfigureAwait(false);
        child.WasReady = true;
        output.WriteLine(
            $"server {server.Id} is ready: clients at {server.Place(server.ClientPort)}, "
            + $"status at http://{server.Place(server.HttpPort)}/");
    }

    /// <summary>Looked at first, because whoever has the ports might answer for the servers that cannot start.</summary>
    private static string? FirstPortProblem(AkkaKvSettings settings)
    {
        var places = settings.Servers.SelectMany(
            server => new[] { server.ClusterPort, server.ClientPort, server.HttpPort }, (server, port) => (server, port));
        foreach (var (server, port) in places)
        {
            using var listener = new TcpListener(new IPEndPoint(HostAddress.Resolve(server.Host), port));
            try
            {
                listener.Start();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                return $"{server.Place(port)} is in use; does another cluster run on this machine?";
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                return $"{server.Host} is not an address of this machine; `cluster` runs all servers of the configuration here";
            }
            catch (SocketException e)
            {
                return $"{server.Place(port)} cannot be used: {e.Message}";
            }
        }

        return null;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, Uri address, CancellationToken stop)
    {
        try
        {
            using var response = await http.GetAsync(address, stop).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            // It took too long to answer.
            return false;
        }
    }
}
