using AkkaKv.Core.State;
using AkkaKv.Resp;

namespace AkkaKv.Gateway;

/// <summary>What COMMAND says of a command, in Redis's words.</summary>
[Flags]
internal enum CommandFlags
{
    None = 0,
    Write = 1,
    ReadOnly = 2,
    DenyOutOfMemory = 4,
    Admin = 8,
    PubSub = 16,
    NoScript = 32,
    Loading = 64,
    Stale = 128,
    Fast = 256,
    NoAuth = 512,
}

/// <summary>Answers at once from what the session and the gateway know.</summary>
internal delegate void LocalHandler(ClientSession session, RequestArguments arguments);

/// <summary>Encodes a write into the run, or refuses it; either way it plans exactly one answer.</summary>
internal delegate void WriteHandler(WriteRun run, RequestArguments arguments);

/// <summary>
/// Answers from the item that the key in the first argument holds; null when it holds none. May run again when the value changed meanwhile;
/// what it wrote is taken back then. So it looks at the value only once, or its length and its bytes may not agree.
/// </summary>
internal delegate void KeyReadHandler(ClientSession session, RequestArguments arguments, Item? item);

/// <summary>
/// Answers from the whole map as of one moment. May run again from the start when the map changed meanwhile, like
/// <see cref="KeyReadHandler"/>.
/// </summary>
internal delegate void StoreReadHandler(ClientSession session, RequestArguments arguments, KeyValueState state);

/// <summary>
/// Answers from a capture of the whole map, on the thread pool, while the replica goes on: for what takes long.
/// </summary>
internal delegate void CaptureReadHandler(ClientSession session, RequestArguments arguments, Capture capture);

/// <summary>Says of a request whether it may take long.</summary>
internal delegate bool RequestPredicate(RequestArguments arguments);

/// <summary>
/// One command that clients can send. It has one handler, except that a command which writes or reads several keys may have
/// <see cref="ReadsKey"/> besides: it then serves the form with a single argument, which needs no other key.
/// </summary>
/// <param name="Name">In lower case.</param>
/// <param name="Arity">Arguments with the name, as in Redis: exactly this many, or at least as many as it is negative.</param>
internal sealed record Command(string Name, int Arity)
{
    /// <summary>More arguments than these make a command that reads several keys one that may take long.</summary>
    private const int ArgumentsAtOnceMax = 64;

    public required CommandFlags Flags { get; init; }

    /// <summary>Place of the first key; 0 when there is none.</summary>
    public int FirstKey { get; init; }

    /// <summary>Place of the last key; negative counts from the end.</summary>
    public int LastKey { get; init; }

    /// <summary>Places from one key to the next.</summary>
    public int KeyStep { get; init; }

    /// <summary>The arguments as help shows them.</summary>
    public string Syntax { get; init; } = "";

    public required string Summary { get; init; }

    /// <summary>Redis's group of commands: string, generic, connection, server, pubsub.</summary>
    public required string Group { get; init; }

    public LocalHandler? Local { get; init; }

    public WriteHandler? Writes { get; init; }

    public KeyReadHandler? ReadsKey { get; init; }

    public StoreReadHandler? ReadsStore { get; init; }

    public CaptureReadHandler? ReadsCapture { get; init; }

    /// <summary>Which requests may take long, beside those that name very many keys; null for none.</summary>
    public RequestPredicate? IsLong { get; init; }

    /// <summary>
    /// True for a request that must not be answered on a thread that others are served on. It need not be true for
    /// <see cref="ReadsCapture"/>, which never runs on one.
    /// </summary>
    public bool TakesLong(RequestArguments arguments) =>
        ReadsStore is not null && arguments.Count > ArgumentsAtOnceMax || (IsLong is not null && IsLong(arguments));

    /// <summary>True for a possible number of arguments, the name included.</summary>
    public bool Accepts(int arguments) => Arity >= 0 ? arguments == Arity : arguments >= -Arity;

    /// <summary>True when this request needs no more than the item of its one key.</summary>
    public bool IsKeyRead(int arguments) =>
        ReadsKey is not null && (arguments == 2 || (Writes is null && ReadsStore is null));
}
