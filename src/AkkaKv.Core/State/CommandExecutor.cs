using System.Diagnostics;
using AkkaKv.Core.Commands;

namespace AkkaKv.Core.State;

/// <summary>
/// Carries out client commands on the map: Redis semantics, decided by nothing but the map, the command, and the index and stamp
/// of its entry. One result for each command.
/// </summary>
internal sealed class CommandExecutor(ItemStore store, ResultWriter results)
{
    private LogIndex _index;
    private long _stamp;

    /// <summary>Says which entry the next commands are from.</summary>
    public void Enter(LogIndex index, long stamp)
    {
        _index = index;
        _stamp = stamp;
    }

    /// <summary>Executes one command and writes its result. False when it was a guard that does not hold.</summary>
    public bool Execute(in Command command)
    {
        switch (command.Code)
        {
            case CommandCode.Set: Set(command); break;
            case CommandCode.MultiSet: MultiSet(command); break;
            case CommandCode.Delete: Delete(command); break;
            case CommandCode.DeleteIf: DeleteIf(command); break;
            case CommandCode.Get: WriteValue(store.Aim(command.Key, _stamp).Item); break;
            case CommandCode.GetAndDelete: GetAndDelete(command); break;
            case CommandCode.GetAndExpire: GetAndExpire(command); break;
            case CommandCode.IncrementBy: IncrementBy(command); break;
            case CommandCode.IncrementByFloat: IncrementByFloat(command); break;
            case CommandCode.Append: Append(command); break;
            case CommandCode.SetRange: SetRange(command); break;
            case CommandCode.Expire: Expire(command); break;
            case CommandCode.Persist: Persist(command); break;
            case CommandCode.Rename: Rename(command); break;
            case CommandCode.Copy: Copy(command); break;
            case CommandCode.FlushAll: FlushAll(); break;
            case CommandCode.Guard: return Guard(command);
            case CommandCode.ExpireIfUnchanged: ExpireIfUnchanged(command); break;
            default: throw new UnreachableException($"Command {command.Code} is not one of the map's.");
        }

        return true;
    }

    private void Set(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        if (command.ReturnOld) WriteValue(target.Item);
        var holds = Holds(command, target.Item);
        if (holds) Write(target, command.Value, ExpireAt(command.Expiry, target.Item));
        if (!command.ReturnOld) results.Write(holds ? ResultKind.Ok : ResultKind.Nil);
    }

    private void MultiSet(in Command command)
    {
        var holds = command.Condition == SetCondition.Always || AllHold(command);
        var items = command.Items;
        while (holds && items.TryTake(out var key, out var value, out _))
        {
            var target = store.Aim(key, _stamp);
            Write(target, value, ExpireAt(command.Expiry, target.Item));
        }

        if (command.Condition == SetCondition.Always) results.Write(ResultKind.Ok);
        else results.WriteInteger(holds ? 1 : 0);
    }

    private bool AllHold(in Command command)
    {
        var present = command.Condition == SetCondition.IfPresent;
        var items = command.Items;
        while (items.TryTake(out var key, out _, out _))
        {
            if (store.Aim(key, _stamp).Item is not null != present) return false;
        }

        return true;
    }

    private void Delete(in Command command)
    {
        var removed = 0;
        var items = command.Items;
        while (items.TryTake(out var key, out _, out _))
        {
            if (store.Aim(key, _stamp).Item is not { } item) continue;
            store.Remove(item);
            removed++;
        }

        results.WriteInteger(removed);
    }

    private void DeleteIf(in Command command)
    {
        var item = store.Aim(command.Key, _stamp).Item;
        var removes = item is not null && Holds(command, item);
        if (removes) store.Remove(item!);
        results.WriteInteger(removes ? 1 : 0);
    }

    private void GetAndDelete(in Command command)
    {
        var item = store.Aim(command.Key, _stamp).Item;
        WriteValue(item);
        if (item is not null) store.Remove(item);
    }

    private void GetAndExpire(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        WriteValue(target.Item);
        if (target.Item is not { } item) return;
        var expireAt = ExpireAt(command.Expiry, item);
        if (expireAt != item.ExpireAt) Write(target, item, expireAt);
    }

    private void IncrementBy(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        var current = 0L;
        if (target.Item is not null && !NumberText.TryParseInteger(target.Item.Value, out current))
        {
            results.Write(ResultKind.ErrorNotInteger);
            return;
        }

        var sum = unchecked(current + command.Number);
        if (((current ^ sum) & (command.Number ^ sum)) < 0)
        {
            results.Write(ResultKind.ErrorOverflow);
            return;
        }

        Write(target, NumberText.Format(sum), target.Item?.ExpireAt ?? Item.NoExpiry);
        results.WriteInteger(sum);
    }

    private void IncrementByFloat(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        var current = 0m;
        if ((target.Item is not null && !NumberText.TryParseDecimal(target.Item.Value, out current))
            || !NumberText.TryParseDecimal(command.Value, out var delta))
        {
            results.Write(ResultKind.ErrorNotFloat);
            return;
        }

        if (!NumberText.TryAdd(current, delta, out var sum))
        {
            results.Write(ResultKind.ErrorFloatRange);
            return;
        }

        var text = NumberText.Format(sum);
        Write(target, text, target.Item?.ExpireAt ?? Item.NoExpiry);
        results.WriteBulk(text);
    }

    private void Append(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        var old = target.Item is null ? [] : target.Item.Value;
        var length = (long)old.Length + command.Value.Length;
        if (length > command.Limit)
        {
            results.Write(ResultKind.ErrorTooLarge);
            return;
        }

        var value = new byte[length];
        old.CopyTo(value);
        command.Value.CopyTo(value.AsSpan(old.Length));
        Write(target, value, target.Item?.ExpireAt ?? Item.NoExpiry);
        results.WriteInteger(length);
    }

    private void SetRange(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        var old = target.Item is null ? [] : target.Item.Value;
        if (command.Value.IsEmpty)
        {
            results.WriteInteger(old.Length);
            return;
        }

        if (command.Number > command.Limit - command.Value.Length)
        {
            results.Write(ResultKind.ErrorTooLarge);
            return;
        }

        var value = new byte[Math.Max(old.Length, command.Number + command.Value.Length)];
        old.CopyTo(value);
        command.Value.CopyTo(value.AsSpan((int)command.Number));
        Write(target, value, target.Item?.ExpireAt ?? Item.NoExpiry);
        results.WriteInteger(value.Length);
    }

    private void Expire(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        var expireAt = command.Expiry.Resolve(_stamp);
        if (target.Item is not { } item || !Holds(command.ExpireConditions, item.ExpireAt, expireAt))
        {
            results.WriteInteger(0);
            return;
        }

        Write(target, item, expireAt);
        results.WriteInteger(1);
    }

    private void Persist(in Command command)
    {
        var target = store.Aim(command.Key, _stamp);
        var persists = target.Item is not null && target.Item.ExpireAt != Item.NoExpiry;
        if (persists) Write(target, target.Item!, Item.NoExpiry);
        results.WriteInteger(persists ? 1 : 0);
    }

    private void Rename(in Command command)
    {
        var conditional = command.Condition == SetCondition.IfAbsent;
        if (store.Aim(command.Key, _stamp).Item is not { } item)
        {
            results.Write(ResultKind.ErrorNoSuchKey);
            return;
        }

        var target = store.Aim(command.Value, _stamp);
        var renames = !(conditional && target.Item is not null);
        if (renames && !ReferenceEquals(target.Item, item))
        {
            Write(target, item, item.ExpireAt);
            store.Remove(item);
        }

        if (conditional) results.WriteInteger(renames ? 1 : 0);
        else results.Write(ResultKind.Ok);
    }

    private void Copy(in Command command)
    {
        var item = store.Aim(command.Key, _stamp).Item;
        var target = store.Aim(command.Value, _stamp);
        var copies = item is not null && !ReferenceEquals(target.Item, item)
            && (target.Item is null || command.Condition == SetCondition.Always);
        if (copies) Write(target, item!, item!.ExpireAt);
        results.WriteInteger(copies ? 1 : 0);
    }

    private void FlushAll()
    {
        store.Clear();
        results.Write(ResultKind.Ok);
    }

    private bool Guard(in Command command)
    {
        var holds = true;
        var items = command.Items;
        while (items.TryTake(out var key, out _, out var version))
        {
            holds &= (store.Aim(key, _stamp).Item?.Version ?? LogIndex.Zero).Value == version;
        }

        results.Write(holds ? ResultKind.Ok : ResultKind.Nil);
        return holds;
    }

    private void ExpireIfUnchanged(in Command command)
    {
        // Not by Aim: that would also remove an item that is not the one that was meant.
        var item = store.Table.Find(command.Key, store.Table.Hash(command.Key));
        var removes = item is not null && item.Version.Value == command.Number && item.IsExpired(_stamp);
        if (removes) store.Remove(item!);
        results.WriteInteger(removes ? 1 : 0);
    }

    /// <summary>Writes an array that nobody else has.</summary>
    private void Write(in Target target, byte[] value, long expireAt) => Write(target, value, value, expireAt);

    /// <summary>Writes the value of another item, or of the same one before.</summary>
    private void Write(in Target target, Item source, long expireAt) => Write(target, source.Value, source.ValueArray, expireAt);

    private void Write(in Target target, ReadOnlySpan<byte> value, long expireAt) => Write(target, value, null, expireAt);

    /// <summary>Writes, unless the expiry has passed already: then the key goes.</summary>
    private void Write(in Target target, ReadOnlySpan<byte> value, byte[]? array, long expireAt)
    {
        if (expireAt > _stamp) store.Write(target, value, array, _index, expireAt);
        else if (target.Item is not null) store.Remove(target.Item);
    }

    private void WriteValue(Item? item)
    {
        if (item is null) results.Write(ResultKind.Nil);
        else results.WriteBulk(item.Value);
    }

    private long ExpireAt(Expiry expiry, Item? item) => expiry.Kind switch
    {
        ExpiryKind.None => Item.NoExpiry,
        ExpiryKind.Keep => item?.ExpireAt ?? Item.NoExpiry,
        _ => expiry.Resolve(_stamp),
    };

    private static bool Holds(in Command command, Item? item) => command.Condition switch
    {
        SetCondition.IfAbsent => item is null,
        SetCondition.IfPresent => item is not null,
        SetCondition.IfEqual => item is not null && command.Comparand.SequenceEqual(item.Value),
        SetCondition.IfNotEqual => item is null || !command.Comparand.SequenceEqual(item.Value),
        _ => true,
    };

    private static bool Holds(ExpireConditions conditions, long current, long expireAt) =>
        (!conditions.HasFlag(ExpireConditions.IfNone) || current == Item.NoExpiry)
        && (!conditions.HasFlag(ExpireConditions.IfSome) || current != Item.NoExpiry)
        && (!conditions.HasFlag(ExpireConditions.IfLater) || (current != Item.NoExpiry && expireAt > current))
        && (!conditions.HasFlag(ExpireConditions.IfEarlier) || expireAt < current);
}
