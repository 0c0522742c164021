#nullable enable
using Akka.Event;

namespace Akka.Remote.Transport;

/// <summary>
/// Logs a condition that a peer can cause at will: the first time at once, then at most once per interval with the
/// number of times in between. The number of remembered keys is bounded.
/// </summary>
internal sealed class RateLimitedLog(ILoggingAdapter log, TimeSpan interval)
{
    private const int KeysMax = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long NextMillis, long Suppressed)> _keys = [];

    /// <summary>Logs a warning, unless one with the same key was logged less than the interval ago.</summary>
    internal void Warning(string key, string message)
    {
        if (!IsDue(key, out var suppressed))
            return;

        if (suppressed == 0)
            log.Warning("{0}", message);
        else
            log.Warning("{0} ({1} more of this kind since the last warning)", message, suppressed);
    }

    private bool IsDue(string key, out long suppressed)
    {
        var now = Environment.TickCount64;
        lock (_lock)
        {
            var known = _keys.TryGetValue(key, out var entry);
            suppressed = entry.Suppressed;
            if (known && now < entry.NextMillis)
            {
                _keys[key] = (entry.NextMillis, suppressed + 1);
                return false;
            }

            if (!known && _keys.Count >= KeysMax)
                _keys.Clear();

            _keys[key] = (now + (long)interval.TotalMilliseconds, 0);
            return true;
        }
    }
}
