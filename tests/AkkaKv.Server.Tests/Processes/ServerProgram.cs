using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using AkkaKv.Server.Configuration;

namespace AkkaKv.Server.Tests.Processes;

/// <summary>The real program as a child process: what it writes, how it ends. It is gone when the test is.</summary>
internal sealed partial class ServerProgram : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    public ServerProgram(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(SettingsReader).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        DataReceivedEventHandler keep = (_, line) =>
        {
            if (line.Data is { } text)
                _lines.Enqueue(text);
        };
        _process.OutputDataReceived += keep;
        _process.ErrorDataReceived += keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Generous, for machines that have other things to do.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    /// <summary>All that it has written so far.</summary>
    public string Output => string.Join('\n', _lines);

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Terminate() => Assert.Equal(0, SendSignal(_process.Id, SigTerm));

    public Task SaysAsync(string text) =>
        EventuallyAsync(() => Task.FromResult(Output.Contains(text, StringComparison.Ordinal)), text);

    /// <summary>Waits; a process that ends before, or that takes too long, fails with what it wrote.</summary>
    public async Task EventuallyAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!await condition())
        {
            Assert.False(_process.HasExited, $"It ended before: {what}\n{Output}");
            Assert.True(Environment.TickCount64 < deadline, $"It did not come about in time: {what}\n{Output}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
