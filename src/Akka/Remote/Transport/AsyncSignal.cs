#nullable enable
using System.Threading.Tasks.Sources;

namespace Akka.Remote.Transport;

/// <summary>
/// Wakes one waiting loop. Any number of <see cref="Set"/> before a wait count as one. The continuation runs on the thread pool,
/// never on the thread that sets the signal, so an actor that sends is not held up. Waiting and waking allocate nothing.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Empty = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>Wakes the waiter, or lets the next wait return at once.</summary>
    internal void Set()
    {
        if (Interlocked.Exchange(ref _state, Signalled) == Waiting)
            _source.SetResult(true);
    }

    /// <summary>Completes when the signal is set. One waiter at a time.</summary>
    internal ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Empty) == Empty)
            return new ValueTask(this, _source.Version);

        Volatile.Write(ref _state, Empty);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        Volatile.Write(ref _state, Empty);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
