using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AkkaKv.Faults.Tests.Processes;

/// <summary>What the tests ask of the operating system: signals, free ports, and tools that may not be there.</summary>
internal static partial class Machine
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    private const int PortsFrom = 20_000;

    // Below the range from which Linux takes ports for outgoing connections: a stopped server finds its port free again.
    private const int PortsTo = 32_000;

    public static bool IsRoot => Environment.UserName == "root";

    /// <summary>Sends a signal to a process that this program started.</summary>
    /// <returns>False when the process is gone.</returns>
    public static bool Signal(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>Ports of the loopback interface on which nobody listens.</summary>
    public static int[] FreePorts(int count)
    {
        var ports = new List<int>(count);
        var port = PortsFrom + (Environment.ProcessId * 97 % (PortsTo - PortsFrom - 1000));
        while (ports.Count < count)
        {
            if (IsFree(++port))
                ports.Add(port);
        }

        return [.. ports];
    }

    /// <summary>Runs a tool to its end.</summary>
    /// <returns>Whether it is there and succeeded, and what it said.</returns>
    public static (bool Succeeded, string Output) Try(string tool, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(tool, arguments)
            {
                // A child that shares none of the standard streams cannot make the runtime touch the terminal.
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode == 0, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (false, missing.Message);
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
