using System.Diagnostics;
using System.Globalization;

namespace AkkaKv.Benchmarks.Commands;

/// <summary>
/// Syncs a small file of its own beside the servers' data, fifty times a second, and notes when that took long: what stands still then
/// is the disk, whoever asks it. The file has its full length from the start, like a log, so the file system has nothing else to write.
/// </summary>
internal sealed class DiskProbe : IDisposable
{
    private const int FileBytes = 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly ClusterWatch _watch;
    private readonly TimeSpan _bound;
    private readonly FileStream _file;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    /// <param name="watch">Where it is noted.</param>
    /// <param name="directory">Where the file is made; nobody else removes it before this is disposed of.</param>
    /// <param name="bound">What takes longer is noted.</param>
    public DiskProbe(ClusterWatch watch, string directory, TimeSpan bound)
    {
        (_watch, _bound) = (watch, bound);
        _file = new FileStream(Path.Combine(directory, "probe"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        _file.Write(new byte[FileBytes]);
        _file.Flush(flushToDisk: true);
        _thread = new Thread(Run) { IsBackground = true, Name = "disk probe" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _file.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var block = new byte[4096];
        for (long offset = 0; !_stop.Wait(Interval); offset = (offset + block.Length) % FileBytes)
        {
            RandomAccess.Write(_file.SafeFileHandle, block, offset);
            var began = Stopwatch.GetTimestamp();

            // That .NET says nothing of a failed fsync does not matter here: nothing is kept, only timed.
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
            var took = Stopwatch.GetElapsedTime(began);
            if (took > _bound)
            {
                _watch.Note(string.Create(
                    CultureInfo.InvariantCulture, $"the disk took {took.TotalMilliseconds:F0} ms for a sync of another file, until now"));
            }
        }
    }
}
