#nullable enable
using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>
/// The system messages that cross the network, and the heartbeats of remote watchers. Manifests and layouts are wire format:
/// <code>
/// W   Watch                    watchee path, watcher path
/// U   Unwatch                  watchee path, watcher path
/// D   DeathWatchNotification   u8 flags (1 existence confirmed, 2 address terminated), actor path
/// T   Terminate                empty
/// HB  Heartbeat                empty
/// HR  HeartbeatRsp             i32 uid
/// path = u16 length, UTF-8
/// </code>
/// </summary>
internal sealed class SystemMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string WatchManifest = "W";
    private const string UnwatchManifest = "U";
    private const string DeathWatchNotificationManifest = "D";
    private const string TerminateManifest = "T";
    private const string HeartbeatManifest = "HB";
    private const string HeartbeatRspManifest = "HR";

    private const byte ExistenceConfirmed = 1;
    private const byte AddressTerminated = 2;

    public override int Identifier => 22;

    public override string Manifest(object o) => o switch
    {
        Watch => WatchManifest,
        Unwatch => UnwatchManifest,
        DeathWatchNotification => DeathWatchNotificationManifest,
        Terminate => TerminateManifest,
        RemoteWatcher.Heartbeat => HeartbeatManifest,
        RemoteWatcher.HeartbeatRsp => HeartbeatRspManifest,
        _ => throw new SerializationException($"{o.GetType()} does not cross the network"),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        Watch watch => Paths(watch.Watchee, watch.Watcher),
        Unwatch unwatch => Paths(unwatch.Watchee, unwatch.Watcher),
        DeathWatchNotification notification => [FlagsOf(notification), .. PathBytes(notification.Actor)],
        Terminate or RemoteWatcher.Heartbeat => [],
        RemoteWatcher.HeartbeatRsp response => Int32(response.AddressUid),
        _ => throw new SerializationException($"{obj.GetType()} does not cross the network"),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        var rest = (ReadOnlySpan<byte>)bytes;
        object message = manifest switch
        {
            WatchManifest => new Watch(ReadActor(ref rest), ReadActor(ref rest)),
            UnwatchManifest => new Unwatch(ReadActor(ref rest), ReadActor(ref rest)),
            DeathWatchNotificationManifest => ReadNotification(ref rest),
            TerminateManifest => new Terminate(),
            HeartbeatManifest => RemoteWatcher.Heartbeat.Instance,
            HeartbeatRspManifest => new RemoteWatcher.HeartbeatRsp(BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, sizeof(int)))),
            _ => throw new SerializationException($"the system message serializer does not know the manifest '{manifest}'"),
        };
        return rest.IsEmpty ? message : throw new SerializationException($"{rest.Length} bytes too many in a '{manifest}'");
    }

    private DeathWatchNotification ReadNotification(ref ReadOnlySpan<byte> rest)
    {
        var flags = Take(ref rest, 1)[0];
        return new DeathWatchNotification(ReadActor(ref rest), (flags & ExistenceConfirmed) != 0, (flags & AddressTerminated) != 0);
    }

    private InternalActorRef ReadActor(ref ReadOnlySpan<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(Take(ref rest, sizeof(ushort)));
        return (InternalActorRef)system.Provider.ResolveActorRef(Encoding.UTF8.GetString(Take(ref rest, length)));
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int count)
    {
        if (rest.Length < count)
            throw new SerializationException("a system message shorter than its content");

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private static byte FlagsOf(DeathWatchNotification notification) =>
        (byte)((notification.ExistenceConfirmed ? ExistenceConfirmed : 0) | (notification.AddressTerminated ? AddressTerminated : 0));

    private static byte[] Paths(IActorRef first, IActorRef second) => [.. PathBytes(first), .. PathBytes(second)];

    private static byte[] PathBytes(IActorRef actor)
    {
        var path = Akka.Serialization.Serialization.SerializedActorPath(actor);
        var bytes = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(path)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)(bytes.Length - sizeof(ushort))));
        Encoding.UTF8.GetBytes(path, bytes.AsSpan(sizeof(ushort)));
        return bytes;
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
