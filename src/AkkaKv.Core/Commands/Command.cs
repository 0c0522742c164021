namespace AkkaKv.Core.Commands;

/// <summary>
/// One command, looking into the bytes it was read from. Which members mean something depends on <see cref="Code"/>: see the
/// table of <see cref="CommandWriter"/>. What <see cref="CommandReader"/> returns obeys every rule stated there.
/// </summary>
public ref struct Command
{
    public CommandCode Code { get; internal set; }

    public SetCondition Condition { get; internal set; }

    public bool ReturnOld { get; internal set; }

    public ExpireConditions ExpireConditions { get; internal set; }

    public Expiry Expiry { get; internal set; }

    /// <summary>The key; of Rename and Copy the source; of lists empty.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The value; of Rename and Copy the target; of IncrementByFloat the delta.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    public ReadOnlySpan<byte> Comparand { get; internal set; }

    /// <summary>The delta, the offset, the version, the session or the incarnation.</summary>
    public long Number { get; internal set; }

    /// <summary>The largest size that Append and SetRange may reach; the slot of OpenSession.</summary>
    public int Limit { get; internal set; }

    /// <summary>The list of Delete, MultiSet and Guard.</summary>
    public CommandItems Items { get; internal set; }

    /// <summary>True for what only servers may say (session 0), see <see cref="CommandScope"/>.</summary>
    public readonly bool IsInternal => Code >= CommandCode.ExpireIfUnchanged;
}

/// <summary>The keys, pairs or guards of one command, one after another.</summary>
/// <param name="code">Decides what an item consists of.</param>
/// <param name="rest">The bytes up to the end of the command.</param>
public ref struct CommandItems(CommandCode code, ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Takes the next item; false at the end, and at bytes that are none, where <see cref="IsEmpty"/> stays false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value of a pair, otherwise empty.</param>
    /// <param name="version">The version of a guard, otherwise 0.</param>
    public bool TryTake(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value, out long version)
    {
        key = value = default;
        version = 0;
        var rest = _rest;
        if (code == CommandCode.Guard)
        {
            if (!Varint.TryRead(ref rest, out var folded)) return false;
            version = Varint.Unfold(folded);
        }

        if (!Varint.TryReadBytes(ref rest, out key)) return false;
        if (code == CommandCode.MultiSet && !Varint.TryReadBytes(ref rest, out value)) return false;
        _rest = rest;
        return true;
    }
}

/// <summary>Which commands a request may hold.</summary>
public enum CommandScope : byte
{
    /// <summary>What clients may ask for, in a session.</summary>
    Client = 0,

    /// <summary>What servers say among themselves, outside any session; all of it is harmless when repeated.</summary>
    Internal = 1,
}
