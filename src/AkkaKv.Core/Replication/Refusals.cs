namespace AkkaKv.Core.Replication;

/// <summary>
/// Servers that are ignored because they have another configuration or belong to another cluster (rule R17). They go on asking, many times
/// a second; people hear of each once, again when something has changed, and otherwise every minute, so that whoever looks finds it.
/// </summary>
internal sealed class Refusals
{
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ReplicaId, (Notice.ConfigurationRefused Notice, Instant At)> _told = [];

    /// <summary>A server was refused.</summary>
    public void Tell(List<Notice> notices, Notice.ConfigurationRefused refused, Instant now)
    {
        if (_told.TryGetValue(refused.Other, out var last) && last.Notice == refused && now < last.At + Repeat) return;
        _told[refused.Other] = (refused, now);
        notices.Add(refused);
    }
}
