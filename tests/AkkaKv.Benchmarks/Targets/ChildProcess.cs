using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AkkaKv.Benchmarks.Targets;

/// <summary>A server that runs as a child of this program, and ends with it.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 20;
    private const int SigTerm = 15;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lastLines = new();

    public ChildProcess(string program, IEnumerable<string> arguments, params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote last, for the case that it ended.</summary>
    public string LastLines => string.Join(Environment.NewLine, _lastLines);

    /// <summary>User and system time so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The full path of a program that is on the PATH; null when it is not there.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);

    /// <summary>The version that a program names when it is asked with <c>--version</c>.</summary>
    public static string VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} did not start.");
        var version = VersionNumber().Match(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return version.Success ? version.Value : "unknown";
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Asks it to stop, and ends it when it does not.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited)
            return;

        _ = Signal(_process.Id, SigTerm);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(StopLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await KillAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not { Length: > 0 })
            return;
        _lastLines.Enqueue(line);
        while (_lastLines.Count > LinesKept)
            _lastLines.TryDequeue(out _);
    }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionNumber();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
