using System.Diagnostics;
using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// Makes the next segment ahead of time on a thread of its own, so that the log's writer finds it ready. While the disk is
/// full it tries again each second.
/// </summary>
internal sealed class BackgroundSegmentSource : ISegmentSource
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly ISegmentSource _factory;
    private readonly Thread _thread;
    private long _wanted;
    private IFile? _ready;
    private bool _isFull;
    private Exception? _failure;
    private bool _isDisposed;

    public BackgroundSegmentSource(ISegmentSource factory)
    {
        _factory = factory;
        _thread = new Thread(Run) { IsBackground = true, Name = "log segments" };
        _thread.Start();
    }

    public void Prepare(long number)
    {
        lock (_lock)
        {
            Invariant.Holds(_ready is null);
            _wanted = number;
            _isFull = false;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits when the writer was faster than the disk could be prepared.</summary>
    public IFile? Take(long number)
    {
        lock (_lock)
        {
            Invariant.Holds(_wanted == number);
            while (_ready is null && !_isFull && _failure is null && !_isDisposed) Monitor.Wait(_lock);
            if (_failure is not null) throw new StorageFailureException(_failure.Message, _failure);

            var file = _ready;
            _ready = null;
            if (file is not null) _wanted = 0;
            return file;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Monitor.PulseAll(_lock);
        }

        _thread.Join();
        _ready?.Dispose();
        _factory.Dispose();
    }

    private void Run()
    {
        while (NextNumber() is { } number)
        {
            IFile? file = null;
            Exception? failure = null;
            try
            {
                file = _factory.Take(number);
            }
            catch (Exception problem)
            {
                failure = problem; // Rethrown on the writer's thread, which ends the process.
            }

            lock (_lock)
            {
                (_ready, _failure, _isFull) = (file, failure, file is null && failure is null);
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Waits for something to make; null when this ends.</summary>
    private long? NextNumber()
    {
        lock (_lock)
        {
            while (!_isDisposed)
            {
                if (_isFull) WaitForRoom();
                if (_isDisposed) break;
                if (_wanted != 0 && _ready is null && _failure is null) return _wanted;
                if (!_isFull) Monitor.Wait(_lock);
            }

            return null;
        }
    }

    private void WaitForRoom()
    {
        var start = Stopwatch.GetTimestamp();
        while (_isFull && !_isDisposed)
        {
            var left = RetryInterval - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return;
            Monitor.Wait(_lock, left);
        }
    }
}
