using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AkkaKv.Faults.Tests.Processes;

/// <summary>What the tests ask of the operating system: signals, and tools that may not be there.</summary>
internal static partial class Machine
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    public static bool IsRoot => Environment.UserName == "root";

    /// <summary>Sends a signal to a process that this program started.</summary>
    /// <returns>False when the process is gone.</returns>
    public static bool Signal(int process, int signal) => Kill(process, signal) == 0;

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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
