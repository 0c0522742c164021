#nullable enable
using Akka.Event;

namespace Akka.Remote.Transport;

/// <summary>
/// Logs conditions that a peer can cause at will: the first time at once, then at most once per interval with the number of times
/// in between. A peer that thinks of ever new ones gets <see cref="KindsPerPeerMax"/> lines per interval and one for all others, and
/// so do all peers together that are too many to be remembered. What peers chose is cut, and cannot begin a line of its own.
/// </summary>
internal sealed class RateLimitedLog(ILoggingAdapter log, TimeSpan interval)
{
    private const int KeysMax = 256;
    private const int KindsPerPeerMax = 16;
    private const int MessageCharsMax = 1024;
    private const string Others = "";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Peer, string Kind), (long NextMillis, long Suppressed)> _keys = [];

    /// <summary>Logs a message, unless one of the same peer and kind was logged less than the interval ago.</summary>
    /// <param name="level">How bad it is.</param>
    /// <param name="peer">Who causes it, by a name that a peer cannot choose freely, such as its host.</param>
    /// <param name="kind">What it is. Of each peer only so many are told apart.</param>
    /// <param name="message">What is logged.</param>
    /// <param name="cause">What was thrown.</param>
    internal void Log(LogLevel level, string peer, string kind, string message, Exception? cause = null)
    {
        if (!IsDue(peer, kind, out var suppressed))
            return;

        var line = InOneLine(message);
        if (suppressed == 0)
            log.Log(level, cause, line);
        else
            log.Log(level, cause, $"{line} ({suppressed} more of this kind since it was last logged)");
    }

    /// <inheritdoc cref="Log"/>
    internal void Warning(string peer, string kind, string message) => Log(LogLevel.WarningLevel, peer, kind, message);

    private bool IsDue(string peer, string kind, out long suppressed)
    {
        var now = Environment.TickCount64;
        lock (_lock)
        {
            var key = KeyOf(peer, kind, now);
            var known = _keys.TryGetValue(key, out var entry);
            suppressed = entry.Suppressed;
            if (known && now < entry.NextMillis)
            {
                _keys[key] = (entry.NextMillis, suppressed + 1);
                return false;
            }

            _keys[key] = (now + (long)interval.TotalMilliseconds, 0);
            return true;
        }
    }

    private (string Peer, string Kind) KeyOf(string peer, string kind, long now)
    {
        if (_keys.ContainsKey((peer, kind)))
            return (peer, kind);

        if (_keys.Count >= KeysMax)
        {
            foreach (var past in _keys.Where(entry => entry.Value.NextMillis <= now).Select(entry => entry.Key).ToList())
                _keys.Remove(past);
        }

        if (_keys.Count >= KeysMax)
            return (Others, Others);

        var kinds = _keys.Count(entry => entry.Key.Peer == peer && now < entry.Value.NextMillis);
        return (peer, kinds < KindsPerPeerMax ? kind : Others);
    }

    private static string InOneLine(string message)
    {
        if (message.Length > MessageCharsMax)
            message = message[..MessageCharsMax] + "...";
        return string.Create(message.Length, message, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
