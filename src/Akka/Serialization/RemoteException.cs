#nullable enable

using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// An exception that was thrown in another process. Only the few types that callers tell apart come back as themselves; of any other
/// there is the name and the text, since a name that comes from the wire must not decide what is instantiated.
/// </summary>
internal sealed class RemoteException(string typeName, string message, string description) : Exception($"{typeName}: {message}")
{
    private static readonly Dictionary<string, Func<string, Exception>> Known = new()
    {
        [typeof(ArgumentException).FullName!] = message => new ArgumentException(message),
        [typeof(InvalidOperationException).FullName!] = message => new InvalidOperationException(message),
        [typeof(NotSupportedException).FullName!] = message => new NotSupportedException(message),
        [typeof(FormatException).FullName!] = message => new FormatException(message),
        [typeof(KeyNotFoundException).FullName!] = message => new KeyNotFoundException(message),
        [typeof(TimeoutException).FullName!] = message => new TimeoutException(message),
        [typeof(OperationCanceledException).FullName!] = message => new OperationCanceledException(message),
        [typeof(TaskCanceledException).FullName!] = message => new TaskCanceledException(message),
        [typeof(IOException).FullName!] = message => new IOException(message),
        [typeof(AskTimeoutException).FullName!] = message => new AskTimeoutException(message),
    };

    public static void Write(BinaryWriter writer, Exception? exception)
    {
        writer.Write(exception?.GetType().FullName ?? string.Empty);
        writer.Write(exception?.Message ?? string.Empty);
        writer.Write(exception?.ToString() ?? string.Empty);
    }

    public static Exception? Read(BinaryReader reader)
    {
        var typeName = reader.ReadString();
        var message = reader.ReadString();
        var description = reader.ReadString();
        if (typeName.Length == 0)
            return null;
        return Known.TryGetValue(typeName, out var make) ? make(message) : new RemoteException(typeName, message, description);
    }

    public override string ToString() => description;
}
