namespace Akka.Actor;

/// <summary>Something that can be called off.</summary>
public interface ICancelable
{
    bool IsCancellationRequested { get; }

    CancellationToken Token { get; }

    /// <summary>Calls it off. Again is no error.</summary>
    void Cancel();

    /// <summary>Calls it off after a delay.</summary>
    void CancelAfter(TimeSpan delay);

    /// <inheritdoc cref="CancelAfter(TimeSpan)"/>
    void CancelAfter(int millisecondsDelay);

    /// <summary>Calls it off.</summary>
    /// <param name="throwOnFirstException">Whether the first callback of the token that throws keeps the others from running.</param>
    void Cancel(bool throwOnFirstException);
}

/// <summary>What may be done with cancelables that may not be there.</summary>
public static class CancelableExtensions
{
}

/// <summary>A scheduler refused what it was asked for.</summary>
public sealed class SchedulerException : AkkaException
{
    public SchedulerException(string message)
        : base(message)
    {
    }
}
