using System.Collections.Immutable;
using AkkaKv.Core;
using AkkaKv.Core.Replication;
using AkkaKv.Storage;

namespace AkkaKv.Actors;

/// <summary>Entries that were read back from the log, and the position before them.</summary>
internal sealed record LogRead(long Ticket, LogPosition Previous, ImmutableArray<Entry> Entries)
{
    /// <summary>The entry before the wanted ones is read along: its epoch belongs to the answer.</summary>
    public static LogRead From(DurableStore store, Effect.ReadLog effect)
    {
        if (effect.After == store.Log.Base.Index)
            return new LogRead(effect.Ticket, store.Log.Base, [.. store.Log.Read(effect.After.Next, effect.BytesMax)]);

        var entries = store.Log.Read(effect.After, effect.BytesMax);
        if (entries.Count == 0 || entries[0].Index != effect.After)
            return new LogRead(effect.Ticket, LogPosition.Start, []);

        // One that is large leaves no room for those that are wanted.
        var wanted = entries.Count > 1 ? entries.Skip(1) : store.Log.Read(effect.After.Next, effect.BytesMax);
        return new LogRead(effect.Ticket, entries[0].Position, [.. wanted]);
    }
}
