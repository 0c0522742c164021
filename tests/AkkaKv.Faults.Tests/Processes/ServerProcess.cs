using System.Diagnostics;

namespace AkkaKv.Faults.Tests.Processes;

/// <summary>One server: a process of the program that is shipped, with its data directory and its log.</summary>
internal sealed class ServerProcess : IDisposable
{
    /// <summary>Set for children: one whose standard input ends has lost its parent, and stops.</summary>
    private const string SupervisedVariable = "AKKAKV_SUPERVISED";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(1) };
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(25);

    private readonly string _configFile;
    private readonly string? _networkNamespace;
    private readonly Lock _lock = new();
    private readonly List<string> _errors = [];
    private readonly StreamWriter _log;
    private Process? _process;

    /// <param name="id">Its number in the configuration.</param>
    /// <param name="host">The address to which it binds.</param>
    /// <param name="ports">Cluster, client and HTTP port.</param>
    /// <param name="configFile">The configuration of all servers.</param>
    /// <param name="directory">Holds the data directory and the log of the process.</param>
    /// <param name="networkNamespace">The network in which it lives, or null for that of this process.</param>
    public ServerProcess(int id, string host, ReadOnlySpan<int> ports, string configFile, string directory, string? networkNamespace)
    {
        Id = id;
        Host = host;
        ClusterPort = ports[0];
        ClientPort = ports[1];
        HttpPort = ports[2];
        DataDirectory = Path.Combine(directory, $"server-{id}");
        Directory.CreateDirectory(DataDirectory);
        _configFile = configFile;
        _networkNamespace = networkNamespace;
        LogFile = Path.Combine(directory, $"server-{id}.log");
        _log = new StreamWriter(LogFile, append: true) { AutoFlush = true };
    }

    public int Id { get; }

    public string Host { get; }

    public int ClusterPort { get; }

    public int ClientPort { get; }

    public int HttpPort { get; }

    public string DataDirectory { get; }

    public string LogFile { get; }

    public bool IsRunning => _process is { HasExited: false };

    public bool IsFrozen { get; private set; }

    /// <summary>How the last process ended; null while it runs.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>What the last process wrote to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_lock)
                return string.Join('\n', _errors);
        }
    }

    /// <summary>True when <see cref="IsRunning"/> should be: the process was started and nobody here ended it.</summary>
    public bool ShouldRun { get; private set; }

    public void Start(bool discardDamaged = false)
    {
        if (IsRunning)
            throw new InvalidOperationException($"Server {Id} runs already.");

        lock (_lock)
            _errors.Clear();
        Note(discardDamaged ? "started with --discard-damaged" : "started");
        _process?.Dispose();
        _process = Process.Start(StartInfo(discardDamaged))!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data, isError: false);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data, isError: true);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        ShouldRun = true;
        IsFrozen = false;
    }

    /// <summary>kill -9: the process gets no chance to say or to write anything.</summary>
    public void Kill()
    {
        ShouldRun = false;
        if (!IsRunning)
            return;
        Note("killed");
        Machine.Signal(_process!.Id, Machine.SigKill);
        _process.WaitForExit();
    }

    /// <summary>Stops the process from running at all, with its connections open.</summary>
    public void Freeze()
    {
        Note("frozen");
        IsFrozen = true;
        Machine.Signal(_process!.Id, Machine.SigStop);
    }

    public void Thaw()
    {
        if (!IsFrozen || _process is null)
            return;
        Note("thawed");
        IsFrozen = false;
        Machine.Signal(_process.Id, Machine.SigCont);
    }

    /// <summary>Asks the process to stop and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync(TimeSpan limit)
    {
        ShouldRun = false;
        Note("asked to stop");
        Machine.Signal(_process!.Id, Machine.SigTerm);
        return await WaitForExitAsync(limit);
    }

    /// <exception cref="TimeoutException">It still runs.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var cancellation = new CancellationTokenSource(limit);
        try
        {
            await _process!.WaitForExitAsync(cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Server {Id} still runs after {limit.TotalSeconds} s.");
        }

        ShouldRun = false;
        Note($"ended with exit code {_process.ExitCode}");
        return _process.ExitCode;
    }

    /// <summary>Waits until it serves reads and writes.</summary>
    /// <exception cref="TimeoutException">It does not, or has ended.</exception>
    public async Task WaitUntilReadyAsync(TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (!IsRunning)
                throw new TimeoutException($"Server {Id} ended with exit code {ExitCode}: {Errors}");
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"Server {Id} is not ready after {limit.TotalSeconds} s.");
            await Task.Delay(PollInterval);
        }
    }

    public async Task<bool> IsReadyAsync() => await FetchAsync("readyz") is not null;

    /// <summary>Whether the leader runs on this server, as far as it knows.</summary>
    public async Task<bool> IsLeaderAsync() =>
        await FetchAsync("metrics") is { } metrics && metrics.Contains("\nakkakv_leader 1\n", StringComparison.Ordinal);

    /// <summary>Puts a line of the test into the log of the server, between those of the server itself.</summary>
    public void Note(string line) => Keep($"---- {DateTime.UtcNow:HH:mm:ss.fff} {line}", isError: false);

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
        lock (_lock)
            _log.Dispose();
    }

    private ProcessStartInfo StartInfo(bool discardDamaged)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "AkkaKv.Server.dll");
        string[] command = [DotNet(), program, "--config", _configFile, "--server", $"{Id}", "--data", DataDirectory];
        if (_networkNamespace is not null)
            command = ["ip", "netns", "exec", _networkNamespace, .. command];
        if (discardDamaged)
            command = [.. command, "--discard-damaged"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[SupervisedVariable] = "1";
        return start;
    }

    private static string DotNet()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host)
            return host;
        var own = Environment.ProcessPath ?? "";
        return Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";
    }

    private async Task<string?> FetchAsync(string page)
    {
        if (!IsRunning || IsFrozen)
            return null;
        try
        {
            using var response = await Http.GetAsync(new Uri($"http://{Host}:{HttpPort}/{page}"));
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    private void Keep(string? line, bool isError)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            if (isError)
                _errors.Add(line);
            if (_log.BaseStream is { CanWrite: true })
                _log.WriteLine(line);
        }
    }
}
