using AkkaKv.Core;

namespace AkkaKv.Storage;

/// <summary>
/// Makes the next segment ahead of time on a thread of its own, so that the log's writer finds it ready: at a pace, or at once when
/// the writer waits already. While the disk is full it tries again each second.
/// </summary>
internal sealed class BackgroundSegmentSource : ISegmentSource
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly SegmentFactory _factory;
    private readonly Thread _thread;
    private bool _isWanted;
    private bool _isAwaited;
    private IFile? _ready;
    private bool _isFull;
    private Exception? _failure;
    private bool _isDisposed;

    public BackgroundSegmentSource(SegmentFactory factory)
    {
        _factory = factory;
        _thread = new Thread(Run) { IsBackground = true, Name = "log segments" };
        _thread.Start();
    }

    public void Prepare()
    {
        lock (_lock)
        {
            Invariant.Holds(_ready is null);
            _isWanted = true;
            _isFull = false;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits when the writer was faster than the disk could be prepared.</summary>
    public IFile? Take()
    {
        lock (_lock)
        {
            Invariant.Holds(_isWanted);
            _isAwaited = true;
            Monitor.PulseAll(_lock);
            while (_ready is null && !_isFull && _failure is null && !_isDisposed) Monitor.Wait(_lock);
            _isAwaited = false;
            if (_failure is not null) throw new StorageFailureException(_failure.Message, _failure);

            var file = _ready;
            _ready = null;
            if (file is not null) _isWanted = false;
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
        while (WaitUntilWanted())
        {
            IFile? file = null;
            Exception? failure = null;
            try
            {
                file = _factory.Make(new Pace(Rest));
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

    /// <summary>Waits for something to make.</summary>
    /// <returns>False when this ends.</returns>
    private bool WaitUntilWanted()
    {
        lock (_lock)
        {
            while (!_isDisposed)
            {
                if (_isFull) Waiting.While(_lock, RetryInterval, () => _isFull && !_isDisposed);
                if (_isDisposed) break;
                if (_isWanted && _ready is null && _failure is null) return true;
                if (!_isFull) Monitor.Wait(_lock);
            }

            return false;
        }
    }

    private void Rest(TimeSpan time) => Waiting.While(_lock, time, () => !_isAwaited && !_isDisposed);
}
