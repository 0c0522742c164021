using System.Runtime.InteropServices;
using AkkaKv.Actors;
using AkkaKv.Core;
using AkkaKv.Server.Commands;
using AkkaKv.Server.Configuration;
using AkkaKv.Server.Http;
using AkkaKv.Storage;
using Microsoft.Extensions.Logging;

namespace AkkaKv.Server.Hosting;

/// <summary>
/// The process of one server: signals, HTTP, exit code, and one life of the server in the cluster after the other.
/// </summary>
internal sealed class ServerProcess
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ServerOptions _options;
    private readonly ReplicaView _view;

    private ServerProcess(ServerOptions options)
    {
        _options = options;
        _view = new ReplicaView(options.Self.Slot);
    }

    /// <summary>Runs until it is asked to stop.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ServerOptions options)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        if (Environment.GetEnvironmentVariable(ChildServer.SupervisedVariable) is not null)
            StopWithParent(stop);

        using var logging = LoggerFactory.Create(ServerLog.Configure);
        return await new ServerProcess(options).RunAsync(logging.CreateLogger("AkkaKv.Server"), stop.Token).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(ILogger log, CancellationToken stop)
    {
        var self = _options.Self;
        log.LogInformation("Server {Id} starts with its data in {Directory}", self.Id, _options.DataDirectory);
        try
        {
            var store = ServerNode.OpenStore(_options);
            await using var http = await HttpEndpoints.StartAsync(_options, _view).ConfigureAwait(false);
            await LiveAsync(store, stop).ConfigureAwait(false);
            while (!stop.IsCancellationRequested)
            {
                log.LogWarning("This server was taken out of the cluster; it comes back");
                await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!stop.IsCancellationRequested)
                    await LiveAsync(ServerNode.OpenStore(_options), stop).ConfigureAwait(false);
            }

            log.LogInformation("Server {Id} has stopped", self.Id);
            return ExitCode.Stopped;
        }
        catch (StoreRefusedException refused)
        {
            log.LogCritical("{Problem}", refused.Message);
            return ExitCode.BadConfiguration;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogCritical("{Problem}", e.Message);
            return ExitCode.RuntimeFailure;
        }
    }

    private async Task LiveAsync(StoreOpening store, CancellationToken stop)
    {
        await using var node = await ServerNode.StartAsync(_options, store, _view, Die).ConfigureAwait(false);
        await node.WhenEnded.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await node.StopAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the process on the spot (rule R13): what is in memory is not trusted any more, not even to say good-bye.
    /// </summary>
    private static void Die(Exception reason)
    {
        var (code, text) = reason switch
        {
            DamagedDataException damaged => (
                ExitCode.DamagedData, $"{damaged.Message} (start with --discard-damaged to be filled again by the other servers)"),
            StoreRefusedException refused => (ExitCode.BadConfiguration, refused.Message),
            ConfigurationProblemException problem => (ExitCode.BadConfiguration, problem.Message),
            StorageFailureException failure => (ExitCode.RuntimeFailure, $"The disk failed: {failure.Message}"),
            InvariantException broken => (ExitCode.RuntimeFailure, $"An invariant does not hold: {broken}"),
            _ => (ExitCode.RuntimeFailure, reason.ToString()),
        };
        Console.Error.WriteLine(text);
        Environment.Exit(code);
    }

    private static void StopWithParent(CancellationTokenSource stop)
    {
        var thread = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The server has stopped already.
            }
        })
        {
            IsBackground = true,
            Name = "parent watch",
        };
        thread.Start();
    }
}
