#nullable enable
using System.Runtime.CompilerServices;

namespace Akka.Dispatch;

/// <summary>
/// Saves the change of threads between a message's arrival from the network and its actor. While a reading loop delivers, it keeps
/// the mailbox that wakes first, and runs it itself once it waits for its next bytes: whoever gets those goes on reading on another
/// thread, so that an actor may take its time, or even block, and holds up no connection.
/// </summary>
internal static class ReadingTurn
{
    /// <summary>
    /// Messages delivered in one turn after which the kept mailbox goes to the thread pool: with so many to come, decoding them and
    /// handling them are better done side by side.
    /// </summary>
    private const int DeliveriesMax = 8;

    [ThreadStatic]
    private static bool _isOpen;

    [ThreadStatic]
    private static Mailbox? _kept;

    [ThreadStatic]
    private static int _deliveries;

    /// <summary>Begins a turn on this thread.</summary>
    internal static void Open()
    {
        _isOpen = true;
        _deliveries = 0;
    }

    /// <summary>Notes that a message was delivered on this thread's turn.</summary>
    internal static void OnDelivered()
    {
        if (++_deliveries == DeliveriesMax)
            Close()?.Queue();
    }

    /// <summary>Ends the turn. Gives what was kept: the caller must run or queue it.</summary>
    internal static Mailbox? Close()
    {
        _isOpen = false;
        var kept = _kept;
        _kept = null;
        return kept;
    }

    /// <summary>True when this thread is on a turn, has kept nothing yet, and keeps this mailbox now.</summary>
    internal static bool TryKeep(Mailbox mailbox)
    {
        if (!_isOpen || _kept is not null)
            return false;

        _kept = mailbox;
        return true;
    }

    /// <summary>Awaits <paramref name="read"/>, and runs <paramref name="kept"/> meanwhile.</summary>
    internal static Awaitable WaitAndRun(ValueTask<bool> read, Mailbox? kept) => new(read, kept);

    /// <summary>The result of <see cref="WaitAndRun"/>.</summary>
    internal readonly struct Awaitable(ValueTask<bool> read, Mailbox? kept) : ICriticalNotifyCompletion
    {
        private readonly ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _read = read.ConfigureAwait(false).GetAwaiter();

        public bool IsCompleted
        {
            get
            {
                if (!_read.IsCompleted)
                    return false;

                // More has arrived already: reading goes on here, and the actor runs elsewhere.
                kept?.Queue();
                return true;
            }
        }

        public Awaitable GetAwaiter() => this;

        public bool GetResult() => _read.GetResult();

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            var mailbox = kept;
            _read.UnsafeOnCompleted(continuation);

            // The loop may go on from here on another thread, so nothing of it may be touched any more.
            mailbox?.Execute();
        }
    }
}
