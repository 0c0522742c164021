using System.Diagnostics;
using System.Runtime.InteropServices;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Commands;

/// <summary>One server of a local cluster as a child process: started, watched until it is ready, stopped.</summary>
internal sealed partial class ChildServer(ServerEndpoint server, string config, string dataDirectory) : IDisposable
{
    /// <summary>Set for children: one whose standard input ends has lost its parent, and stops.</summary>
    public const string SupervisedVariable = "AKKAKV_SUPERVISED";

    private const int SigTerm = 15;

    private Process? _process;

    public ServerEndpoint Server { get; } = server;

    public string DataDirectory { get; } = dataDirectory;

    /// <summary>Some run of it has served clients.</summary>
    public bool WasReady { get; set; }

    /// <summary>Starts the process; each line that it writes goes to <paramref name="output"/>.</summary>
    public void Start(Action<string> output)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // `dotnet AkkaKv.Server.dll` runs in a process called dotnet, `dotnet run` in one of our own name.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ChildServer).Assembly.Location);
        foreach (var argument in new[] { "--config", config, "--server", $"{Server.Id}", "--data", DataDirectory })
            start.ArgumentList.Add(argument);
        start.Environment[SupervisedVariable] = "1";

        _process?.Dispose();
        _process = Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
        DataReceivedEventHandler print = (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
                output(text);
        };
        _process.OutputDataReceived += print;
        _process.ErrorDataReceived += print;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Completes with the exit code when the process has ended.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellation)
    {
        await _process!.WaitForExitAsync(cancellation).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Asks the process to stop, and ends it when it has not done so in time.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (_process is not { HasExited: false } process)
            return;

        _ = SendSignal(process.Id, SigTerm);
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            process.Kill();
        }
    }

    public void Dispose() => _process?.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
