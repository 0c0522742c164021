using System.Buffers.Binary;

namespace AkkaKv.Core.Commands;

/// <summary>
/// Reads commands in order without allocating. Bad bytes never throw: <see cref="TryRead"/> returns false and consumes nothing.
/// It checks the whole command but the items of lists, which <see cref="Validate"/> does as well.
/// </summary>
/// <param name="commands">One command after another, as <see cref="CommandWriter"/> wrote them.</param>
public ref struct CommandReader(ReadOnlySpan<byte> commands)
{
    private ReadOnlySpan<byte> _rest = commands;

    /// <summary>True when every byte was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>
    /// True if these bytes are exactly so many good commands that this scope allows, every key and value within bounds. The leader
    /// asks before it accepts a request, so that whatever is in a log can be applied.
    /// </summary>
    /// <param name="commands">Bytes from another server.</param>
    /// <param name="count">How many commands they claim to be.</param>
    /// <param name="scope">What the request may hold.</param>
    /// <param name="keyBytesMax">Longest key accepted.</param>
    /// <param name="valueBytesMax">Longest value accepted.</param>
    public static bool Validate(
        ReadOnlySpan<byte> commands, int count, CommandScope scope, int keyBytesMax = Limits.KeyBytesMax,
        int valueBytesMax = Limits.ValueBytesMax)
    {
        if (count <= 0) return false;
        var reader = new CommandReader(commands);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryRead(out var command) || command.IsInternal != (scope == CommandScope.Internal)) return false;
            if (command.Key.Length > keyBytesMax || command.Value.Length > valueBytesMax) return false;
            if (command.Comparand.Length > valueBytesMax) return false;
            if (command.Code is CommandCode.Rename or CommandCode.Copy && command.Value.Length > keyBytesMax) return false;
            var items = command.Items;
            while (items.TryTake(out var key, out var value, out _))
            {
                if (key.Length > keyBytesMax || value.Length > valueBytesMax) return false;
            }

            if (!items.IsEmpty) return false;
        }

        return reader.IsAtEnd;
    }

    /// <summary>Takes the next command; false at the end and at bytes that are no command.</summary>
    public bool TryRead(out Command command)
    {
        command = default;
        if (_rest.Length <= sizeof(int)) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
        if (length < 1 || length > _rest.Length - sizeof(int)) return false;
        var body = _rest.Slice(sizeof(int) + 1, length - 1);
        var read = new Command { Code = (CommandCode)_rest[sizeof(int)] };
        if (!TryReadBody(ref body, ref read) || !body.IsEmpty) return false;
        _rest = _rest[(sizeof(int) + length)..];
        command = read;
        return true;
    }

    private static bool TryReadBody(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        switch (command.Code)
        {
            case CommandCode.Set:
                return TryReadOptions(ref body, ref command) && TryReadKeyAndValue(ref body, ref command);
            case CommandCode.MultiSet:
                return TryReadOptions(ref body, ref command) && command.Condition <= SetCondition.IfPresent && !command.ReturnOld
                    && TryReadItems(ref body, ref command);
            case CommandCode.Delete or CommandCode.Guard:
                return TryReadItems(ref body, ref command);
            case CommandCode.DeleteIf:
                return TryReadOptions(ref body, ref command) && IsWithoutExpiry(command)
                    && command.Condition is not (SetCondition.IfAbsent or SetCondition.IfPresent) && TryReadKey(ref body, ref command);
            case CommandCode.GetAndExpire:
                return TryReadOptions(ref body, ref command) && IsExpiryOnly(command) && TryReadKey(ref body, ref command);
            case CommandCode.Get or CommandCode.GetAndDelete or CommandCode.Persist:
                return TryReadKey(ref body, ref command);
            case CommandCode.IncrementBy:
                return TryReadKey(ref body, ref command) && TryReadNumber(ref body, ref command);
            case CommandCode.IncrementByFloat:
                return TryReadKeyAndValue(ref body, ref command);
            case CommandCode.Append:
                return TryReadLimit(ref body, ref command) && TryReadKeyAndValue(ref body, ref command);
            case CommandCode.SetRange:
                return TryReadLimit(ref body, ref command) && TryReadNumber(ref body, ref command) && command.Number >= 0
                    && TryReadKeyAndValue(ref body, ref command);
            case CommandCode.Expire:
                return TryReadOptions(ref body, ref command) && IsExpiryOnly(command) && command.Expiry.Kind >= ExpiryKind.Relative
                    && TryReadExpireConditions(ref body, ref command) && TryReadKey(ref body, ref command);
            case CommandCode.Rename or CommandCode.Copy:
                return TryReadOptions(ref body, ref command) && IsWithoutExpiry(command)
                    && command.Condition is SetCondition.Always or SetCondition.IfAbsent && TryReadKeyAndValue(ref body, ref command);
            case CommandCode.FlushAll:
                return true;
            case CommandCode.ExpireIfUnchanged:
                return TryReadNumber(ref body, ref command) && TryReadKey(ref body, ref command);
            case CommandCode.OpenSession:
                return TryReadOpenSession(ref body, ref command);
            case CommandCode.CloseSession:
                return TryReadNumber(ref body, ref command);
            default:
                return false;
        }
    }

    private static bool IsWithoutExpiry(in Command command) => command.Expiry.Kind == ExpiryKind.None && !command.ReturnOld;

    private static bool IsExpiryOnly(in Command command) => command.Condition == SetCondition.Always && !command.ReturnOld;

    private static bool TryReadOptions(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (body.IsEmpty) return false;
        int options = body[0];
        body = body[1..];
        command.Condition = (SetCondition)(options & CommandOptions.ConditionMask);
        command.ReturnOld = (options & CommandOptions.ReturnOldBit) != 0;
        var kind = (ExpiryKind)(options >> CommandOptions.ExpiryShift);
        if (kind > ExpiryKind.Absolute || command.Condition > SetCondition.IfNotEqual) return false;
        var milliseconds = 0L;
        if (kind >= ExpiryKind.Relative)
        {
            if (!Varint.TryRead(ref body, out var folded)) return false;
            milliseconds = Varint.Unfold(folded);
        }

        command.Expiry = new Expiry(kind, milliseconds);
        if (command.Condition < SetCondition.IfEqual) return true;
        if (!Varint.TryReadBytes(ref body, out var comparand)) return false;
        command.Comparand = comparand;
        return true;
    }

    private static bool TryReadKey(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (!Varint.TryReadBytes(ref body, out var key)) return false;
        command.Key = key;
        return true;
    }

    private static bool TryReadKeyAndValue(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (!TryReadKey(ref body, ref command) || !Varint.TryReadBytes(ref body, out var value)) return false;
        command.Value = value;
        return true;
    }

    private static bool TryReadNumber(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (!Varint.TryRead(ref body, out var folded)) return false;
        command.Number = Varint.Unfold(folded);
        return true;
    }

    private static bool TryReadLimit(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (!Varint.TryRead(ref body, out var folded)) return false;
        var limit = Varint.Unfold(folded);
        if (limit is < 0 or > Limits.ValueBytesMax) return false;
        command.Limit = (int)limit;
        return true;
    }

    private static bool TryReadExpireConditions(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (body.IsEmpty) return false;
        var conditions = (ExpireConditions)body[0];
        body = body[1..];
        if ((int)conditions > 15) return false;
        if (conditions.HasFlag(ExpireConditions.IfNone) && conditions != ExpireConditions.IfNone) return false;
        if (conditions.HasFlag(ExpireConditions.IfLater) && conditions.HasFlag(ExpireConditions.IfEarlier)) return false;
        command.ExpireConditions = conditions;
        return true;
    }

    private static bool TryReadItems(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (body.IsEmpty) return false;
        command.Items = new CommandItems(command.Code, body);
        body = default;
        return true;
    }

    private static bool TryReadOpenSession(scoped ref ReadOnlySpan<byte> body, scoped ref Command command)
    {
        if (body.Length != 1 + sizeof(long) || body[0] >= Limits.ReplicasMax) return false;
        command.Limit = body[0];
        command.Number = BinaryPrimitives.ReadInt64LittleEndian(body[1..]);
        body = default;
        return true;
    }
}
