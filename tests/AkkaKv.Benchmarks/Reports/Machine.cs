using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using AkkaKv.Core;

namespace AkkaKv.Benchmarks.Reports;

/// <summary>Names the machine and the build that figures come from.</summary>
internal static class Machine
{
    private const int Syncs = 300;
    private const int BlockBytes = 4096;

    /// <summary>Version and commit of what is measured.</summary>
    public static string Version =>
        typeof(Entry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')
            is [var version, var commit]
            ? $"{version} ({commit[..Math.Min(8, commit.Length)]})"
            : "unknown";

    /// <summary>Where servers and their load run: processor, memory, disk, system.</summary>
    public static string Describe() => $"{DescribeAlone()} Servers and load generator share the machine.";

    /// <summary>One sentence: processor, memory, disk, system.</summary>
    public static string DescribeAlone()
    {
        var directory = Path.GetTempPath();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores ({Processor()}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0} GB of memory, "
            + $"{FileSystem(directory)} where a write of 4 KiB with fsync takes {SyncMicroseconds(directory):F0} µs (median), "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}.");
    }

    private static string Processor()
    {
        var model = !File.Exists("/proc/cpuinfo") ? null : File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim();
        return model is { Length: > 0 } ? model : RuntimeInformation.ProcessArchitecture.ToString();
    }

    /// <summary>The file system on which the servers of a benchmark have their data.</summary>
    private static string FileSystem(string directory) => DriveInfo.GetDrives()
        .Where(drive => directory.StartsWith(drive.Name, StringComparison.Ordinal))
        .MaxBy(drive => drive.Name.Length)?.DriveFormat ?? "a disk";

    /// <summary>What the disk takes for the least that a durable write needs; into a file that has its full length already.</summary>
    private static double SyncMicroseconds(string directory)
    {
        var path = Path.Combine(directory, $"akkakv-benchmark-sync-{Environment.ProcessId}");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None);
            RandomAccess.Write(file, new byte[Syncs * BlockBytes], 0);
            RandomAccess.FlushToDisk(file);
            var block = new byte[BlockBytes];
            var times = new double[Syncs];
            for (var i = 0; i < Syncs; i++)
            {
                var began = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, (long)i * BlockBytes);
                RandomAccess.FlushToDisk(file);
                times[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            }

            Array.Sort(times);
            return times[Syncs / 2];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
