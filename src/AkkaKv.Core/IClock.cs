namespace AkkaKv.Core;

/// <summary>The two clocks of a machine, as the core sees them. Safe to call from any thread.</summary>
public interface IClock
{
    /// <summary>
    /// CLOCK_BOOTTIME: it goes on while the machine is suspended, which CLOCK_MONOTONIC does not (hole H23). Its rate is
    /// trusted to 10 %, its value not at all.
    /// </summary>
    Instant Now { get; }

    /// <summary>Wall clock in Unix milliseconds: for the stamps of entries (rule R14), never for safety.</summary>
    long UnixMilliseconds { get; }
}
