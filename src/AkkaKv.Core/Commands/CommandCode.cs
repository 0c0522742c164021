namespace AkkaKv.Core.Commands;

/// <summary>
/// What a command of the log does. The numbers are on disk and on the wire: they are never reused. What clients call SETNX,
/// SETEX, PSETEX, GETSET, PUT, INCR, DECR, UNLINK, MSETNX or RENAMENX is one of these with options.
/// </summary>
public enum CommandCode : byte
{
    Set = 1,
    MultiSet = 2,
    Delete = 3,
    DeleteIf = 4,
    GetAndDelete = 5,
    GetAndExpire = 6,
    IncrementBy = 7,
    IncrementByFloat = 8,
    Append = 9,
    SetRange = 10,
    Expire = 11,
    Persist = 12,
    Rename = 13,
    Copy = 14,
    FlushAll = 15,

    /// <summary>Reads a value in the order of the log: how a transaction reads.</summary>
    Get = 16,

    /// <summary>Goes on with the commands after it only if keys still have the versions that were read: WATCH.</summary>
    Guard = 17,

    /// <summary>Internal: removes an expired key unless it changed since (rule R14).</summary>
    ExpireIfUnchanged = 64,

    /// <summary>Internal: creates a session for one incarnation of a server (rule R9).</summary>
    OpenSession = 65,

    /// <summary>Internal: ends a session that its server will not use again.</summary>
    CloseSession = 66,
}
