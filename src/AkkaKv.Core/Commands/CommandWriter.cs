using System.Buffers.Binary;
using System.Diagnostics;

namespace AkkaKv.Core.Commands;

/// <summary>
/// Encodes write commands back to back into one buffer of its own: these very bytes are forwarded, logged, replicated and
/// applied. Not thread-safe; meant to be kept by a session and used again after each <see cref="Take"/>.
/// <para>
/// Layout of a command, numbers little-endian: length of what follows (i32), code (u8), body. In a body, "bytes" is a varint
/// length and the bytes, "number" a folded varint (<see cref="Varint"/>), and lists go on to the end of the body:
/// </para>
/// <code>
/// Set                options, key, value            options: u8 = condition (bits 0-2), return old (bit 3), expiry kind (bits 4-5);
/// MultiSet           options, (key, value)...         then the expiry as a number if relative or absolute,
/// GetAndExpire       options, key                     then the comparand as bytes if the condition compares
/// Delete             key...
/// DeleteIf           options, key
/// IncrementBy        key, delta as number
/// IncrementByFloat   key, delta as bytes of text
/// Append             limit as number, key, value
/// SetRange           limit as number, offset as number, key, value
/// Expire             options, conditions u8, key
/// Rename, Copy       options, from, to
/// Guard              (version as number, key)...
/// Get, GetAndDelete, Persist   key
/// FlushAll           nothing
/// ExpireIfUnchanged  version as number, key
/// OpenSession        slot u8, incarnation i64
/// CloseSession       session as number
/// </code>
/// <para>
/// A value that grows carries the largest size the writer's server allows, so that replicas with different settings still
/// reach the same result.
/// </para>
/// </summary>
public sealed class CommandWriter
{
    private const int BytesKeptMax = 64 * 1024;

    private byte[] _buffer = new byte[256];
    private int _start = -1;

    /// <summary>Commands written since the last <see cref="Take"/> or <see cref="Reset"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes written since then.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far; valid until the next call of any other member.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>SET. Result: Ok, or Nil if the condition did not hold; with <see cref="SetOptions.ReturnOld"/> Bulk or Nil.</summary>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, SetOptions options = default)
    {
        Begin(CommandCode.Set, key.Length + value.Length + options.Comparand.Length);
        Options(options.Condition, options.Expiry, options.ReturnOld, options.Comparand);
        Bytes(key);
        Bytes(value);
        End();
    }

    /// <summary>
    /// MSET, MSETNX and MSETEX: opens a command to which <see cref="AddPair"/> adds and which <see cref="EndMultiSet"/> closes. All
    /// pairs or none take effect, at one moment. Result: Ok if <paramref name="condition"/> is Always, otherwise Integer 1 or 0.
    /// </summary>
    /// <param name="condition">Always, IfAbsent or IfPresent.</param>
    /// <param name="expiry">Applies to every key.</param>
    public void BeginMultiSet(SetCondition condition = SetCondition.Always, Expiry expiry = default)
    {
        Begin(CommandCode.MultiSet, 0);
        Options(condition, expiry, returnOld: false, default);
    }

    /// <summary>Adds one pair to an open MultiSet. Of equal keys the last one wins.</summary>
    public void AddPair(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Bytes(key);
        Bytes(value);
    }

    /// <summary>Closes an open MultiSet of one or more pairs.</summary>
    public void EndMultiSet() => End();

    /// <summary>DEL or UNLINK of one key. Result: Integer, how many were present.</summary>
    public void Delete(ReadOnlySpan<byte> key)
    {
        BeginDelete();
        AddKey(key);
        EndDelete();
    }

    /// <summary>DEL or UNLINK of several keys at one moment: <see cref="AddKey"/> adds, <see cref="EndDelete"/> closes.</summary>
    public void BeginDelete() => Begin(CommandCode.Delete, 0);

    /// <summary>Adds a key to an open Delete.</summary>
    public void AddKey(ReadOnlySpan<byte> key) => Bytes(key);

    /// <summary>Closes an open Delete of one or more keys.</summary>
    public void EndDelete() => End();

    /// <summary>DELEX. Result: Integer 1 if the key was removed, otherwise 0.</summary>
    /// <param name="key">The key.</param>
    /// <param name="condition">Always, IfEqual or IfNotEqual.</param>
    /// <param name="comparand">What the conditions compare with.</param>
    public void DeleteIf(ReadOnlySpan<byte> key, SetCondition condition, ReadOnlySpan<byte> comparand)
    {
        Begin(CommandCode.DeleteIf, key.Length + comparand.Length);
        Options(condition, Expiry.None, returnOld: false, comparand);
        Bytes(key);
        End();
    }

    /// <summary>GET in the order of the log, for transactions. Result: Bulk or Nil.</summary>
    public void Get(ReadOnlySpan<byte> key) => OneKey(CommandCode.Get, key);

    /// <summary>GETDEL. Result: Bulk or Nil.</summary>
    public void GetAndDelete(ReadOnlySpan<byte> key) => OneKey(CommandCode.GetAndDelete, key);

    /// <summary>GETEX. Result: Bulk or Nil. <see cref="Expiry.None"/> is PERSIST, <see cref="Expiry.Keep"/> only reads.</summary>
    public void GetAndExpire(ReadOnlySpan<byte> key, Expiry expiry)
    {
        Begin(CommandCode.GetAndExpire, key.Length);
        Options(SetCondition.Always, expiry, returnOld: false, default);
        Bytes(key);
        End();
    }

    /// <summary>INCR, DECR, INCRBY, DECRBY. Result: Integer, ErrorNotInteger or ErrorOverflow. An absent key counts as 0.</summary>
    public void IncrementBy(ReadOnlySpan<byte> key, long delta)
    {
        Begin(CommandCode.IncrementBy, key.Length);
        Bytes(key);
        Number(delta);
        End();
    }

    /// <summary>
    /// INCRBYFLOAT, in decimal arithmetic of 28 digits so that every replica gets the same bytes. Result: Bulk (the new value),
    /// ErrorNotFloat or ErrorFloatRange.
    /// </summary>
    /// <param name="key">The key; an absent one counts as 0.</param>
    /// <param name="delta">Text of a decimal number, as the client wrote it.</param>
    public void IncrementByFloat(ReadOnlySpan<byte> key, ReadOnlySpan<byte> delta)
    {
        Begin(CommandCode.IncrementByFloat, key.Length + delta.Length);
        Bytes(key);
        Bytes(delta);
        End();
    }

    /// <summary>APPEND. Result: Integer, the new length, or ErrorTooLarge beyond <paramref name="valueBytesMax"/>.</summary>
    public void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, int valueBytesMax)
    {
        Begin(CommandCode.Append, key.Length + value.Length);
        Number(valueBytesMax);
        Bytes(key);
        Bytes(value);
        End();
    }

    /// <summary>SETRANGE. Result: Integer, the new length, or ErrorTooLarge beyond <paramref name="valueBytesMax"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="offset">Bytes, 0 or more; a gap is filled with zero bytes.</param>
    /// <param name="value">What to write there; nothing changes if it is empty.</param>
    /// <param name="valueBytesMax">The largest size the result may have.</param>
    public void SetRange(ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> value, int valueBytesMax)
    {
        Begin(CommandCode.SetRange, key.Length + value.Length);
        Number(valueBytesMax);
        Number(offset);
        Bytes(key);
        Bytes(value);
        End();
    }

    /// <summary>EXPIRE and its variants. Result: Integer 1 if the expiry was set or the key removed, otherwise 0.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expiry">Relative or absolute; a time that has passed removes the key.</param>
    /// <param name="conditions">When it takes effect.</param>
    public void Expire(ReadOnlySpan<byte> key, Expiry expiry, ExpireConditions conditions = ExpireConditions.None)
    {
        Begin(CommandCode.Expire, key.Length);
        Options(SetCondition.Always, expiry, returnOld: false, default);
        Octet((byte)conditions);
        Bytes(key);
        End();
    }

    /// <summary>PERSIST. Result: Integer 1 if an expiry was removed, otherwise 0.</summary>
    public void Persist(ReadOnlySpan<byte> key) => OneKey(CommandCode.Persist, key);

    /// <summary>RENAME: Ok or ErrorNoSuchKey. With IfAbsent RENAMENX: Integer 1 or 0, or ErrorNoSuchKey. The expiry moves along.</summary>
    public void Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, SetCondition condition = SetCondition.Always) =>
        TwoKeys(CommandCode.Rename, from, to, condition);

    /// <summary>COPY: Integer 1 or 0; with Always an existing target is replaced, with IfAbsent it is kept. Copies the expiry.</summary>
    public void Copy(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, SetCondition condition = SetCondition.IfAbsent) =>
        TwoKeys(CommandCode.Copy, from, to, condition);

    /// <summary>FLUSHALL. Result: Ok.</summary>
    public void FlushAll()
    {
        Begin(CommandCode.FlushAll, 0);
        End();
    }

    /// <summary>
    /// WATCH: opens a guard to which <see cref="AddGuard"/> adds and which <see cref="EndGuard"/> closes. Result: Ok, or Nil when a
    /// key changed; then the commands after it in the same request answer ErrorAborted and have no effect.
    /// </summary>
    public void BeginGuard() => Begin(CommandCode.Guard, 0);

    /// <summary>Adds a key and the version that was read of it; zero for absent.</summary>
    public void AddGuard(ReadOnlySpan<byte> key, LogIndex version)
    {
        Number(version.Value);
        Bytes(key);
    }

    /// <summary>Closes an open guard of one or more keys.</summary>
    public void EndGuard() => End();

    /// <summary>
    /// Internal (rule R14). Removes the key if it still has the version and the stamp has reached its expiry. Result: Integer
    /// 1 or 0. Harmless when repeated, so it needs no session.
    /// </summary>
    public void ExpireIfUnchanged(ReadOnlySpan<byte> key, LogIndex version)
    {
        Begin(CommandCode.ExpireIfUnchanged, key.Length);
        Number(version.Value);
        Bytes(key);
        End();
    }

    /// <summary>
    /// Internal (rule R9). Result: Integer, the id of the session of this incarnation; the same one when repeated.
    /// </summary>
    public void OpenSession(ReplicaId slot, long incarnation)
    {
        Begin(CommandCode.OpenSession, 0);
        Octet(slot.Slot);
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), incarnation);
        Length += sizeof(long);
        End();
    }

    /// <summary>Internal. Result: Integer 1 if the session existed, otherwise 0.</summary>
    public void CloseSession(long sessionId)
    {
        Begin(CommandCode.CloseSession, 0);
        Number(sessionId);
        End();
    }

    /// <summary>Returns the commands in an array of their own, and starts anew.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var commands = Written.ToArray();
        Reset();
        return commands;
    }

    /// <summary>Forgets what was written.</summary>
    public void Reset()
    {
        Length = 0;
        Count = 0;
        _start = -1;
        if (_buffer.Length > BytesKeptMax) _buffer = new byte[256];
    }

    private void OneKey(CommandCode code, ReadOnlySpan<byte> key)
    {
        Begin(code, key.Length);
        Bytes(key);
        End();
    }

    private void TwoKeys(CommandCode code, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, SetCondition condition)
    {
        Begin(code, from.Length + to.Length);
        Options(condition, Expiry.None, returnOld: false, default);
        Bytes(from);
        Bytes(to);
        End();
    }

    private void Begin(CommandCode code, int bytesHint)
    {
        Debug.Assert(_start < 0, "The command before was not closed.");
        _start = Length;
        Room(64 + bytesHint);
        Length += sizeof(int);
        _buffer[Length++] = (byte)code;
    }

    private void End()
    {
        Debug.Assert(_start >= 0, "No command is open.");
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_start), Length - _start - sizeof(int));
        _start = -1;
        Count++;
    }

    private void Options(SetCondition condition, Expiry expiry, bool returnOld, ReadOnlySpan<byte> comparand)
    {
        Octet((byte)((int)condition | (returnOld ? CommandOptions.ReturnOldBit : 0) | ((int)expiry.Kind << CommandOptions.ExpiryShift)));
        if (expiry.Kind >= ExpiryKind.Relative) Number(expiry.Milliseconds);
        if (condition >= SetCondition.IfEqual) Bytes(comparand);
    }

    private void Octet(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    private void Number(long value) => Length += Varint.Write(Room(Varint.BytesMax), Varint.Fold(value));

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        var room = Room(Varint.BytesMax + bytes.Length);
        var prefix = Varint.Write(room, (ulong)bytes.Length);
        bytes.CopyTo(room[prefix..]);
        Length += prefix + bytes.Length;
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - Length < bytes) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, checked(Length + bytes)));
        return _buffer.AsSpan(Length);
    }
}
