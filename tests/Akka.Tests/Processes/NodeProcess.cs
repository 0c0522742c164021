using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AkkaContract.Processes;

/// <summary>A child process that runs <see cref="Node"/>: tells it what to do, collects what it says, and kills it at the end.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>Generous, for machines that have other things to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private volatile TaskCompletionSource _more = NextSignal();
    private int _forgotten;

    public NodeProcess(int port)
    {
        Port = port;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { typeof(Node).Assembly.Location, "node" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
        _process.OutputDataReceived += (_, said) => Add(said.Data);
        _process.ErrorDataReceived += (_, said) => Add(said.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>Starts an actor system that joins the cluster of these seeds. What was said before is forgotten.</summary>
    public void Start(int minimum, IEnumerable<NodeProcess> seeds)
    {
        Forget();
        Tell($"start {Port} {minimum} {string.Join(' ', seeds.Select(seed => seed.Port))}");
    }

    /// <summary>From now on the end of an actor system that is started is the end of the process.</summary>
    public void ExitWithSystem() => Tell("exit-clr");

    /// <summary>Ends the actor system without a word to the others; the process stays.</summary>
    public async Task Stop()
    {
        Forget();
        Tell("stop");
        await Says("stopped");
    }

    /// <summary>From now on only what is said after this counts.</summary>
    public void Forget()
    {
        lock (_lines) _forgotten = _lines.Count;
    }

    /// <summary>Waits until the process has said the line.</summary>
    public async Task Says(string line)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var more = _more.Task;
            if (HasSaid(line)) return;
            try
            {
                await more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"The node at {Port} did not say '{line}'. {this}");
            }
        }
    }

    public Task SeesUp(IEnumerable<NodeProcess> nodes) => Says($"members {string.Join(' ', nodes.Select(node => node.Port).Order())}");

    public bool HasSaid(string line)
    {
        lock (_lines) return _lines.IndexOf(line, _forgotten) >= 0;
    }

    public void Signal(Signal signal) => Assert.Equal(0, SendSignal(_process.Id, (int)signal));

    /// <summary>Waits for the end of the process; returns its exit code.</summary>
    public async Task<int> Exits()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The node at {Port} did not end. {this}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public override string ToString()
    {
        lock (_lines) return $"The node at {Port} said:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}";
    }

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    private static extern int SendSignal(int process, int signal);

    private void Tell(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (_lines)
        {
            _lines.Add(line);
            // Whoever took the old signal before this line was there finds it completed.
            var more = _more;
            _more = NextSignal();
            more.SetResult();
        }
    }

    private static TaskCompletionSource NextSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Signals by their numbers on Linux.</summary>
internal enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>A fact about processes that are killed, frozen and woken by signals, whose numbers are those of Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux()) Skip = "sends the signals of Linux";
    }
}
