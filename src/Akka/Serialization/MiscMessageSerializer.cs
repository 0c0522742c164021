using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// The engine's own messages that cross the wire outside of remoting and cluster. Payloads inside of them are written with the
/// serializer they are bound to: its number, its manifest, then the bytes with their length. All numbers are little-endian and all
/// text is UTF-8 with its length before it.
/// </summary>
internal sealed class MiscMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string IdentifyManifest = "ID";
    private const string IdentityManifest = "AID";
    private const string PoisonPillManifest = "PP";
    private const string KillManifest = "K";
    private const string SuccessManifest = "SS";
    private const string FailureManifest = "SF";
    private const string SelectionManifest = "SM";
    private const string RefManifest = "AR";
    private const string AddressManifest = "AD";

    /// <summary>How deep messages may be in each other: reading takes stack for each, and whoever sends chooses the depth.</summary>
    private const int DepthMax = 32;

    [ThreadStatic]
    private static int _depth;

    public override int Identifier => 16;

    public override string Manifest(object o) => o switch
    {
        Identify => IdentifyManifest,
        ActorIdentity => IdentityManifest,
        PoisonPill => PoisonPillManifest,
        Kill => KillManifest,
        Status.Success => SuccessManifest,
        Status.Failure => FailureManifest,
        ActorSelectionMessage => SelectionManifest,
        IActorRef => RefManifest,
        Address => AddressManifest,
        _ => throw new SerializationException($"{o.GetType()} is none of the messages of this serializer"),
    };

    public override byte[] ToBinary(object obj)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        switch (obj)
        {
            case Identify identify:
                WritePayload(writer, identify.MessageId);
                break;
            case ActorIdentity identity:
                WritePayload(writer, identity.MessageId);
                writer.Write(Serialization.SerializedActorPath(identity.Subject));
                break;
            case Status.Success success:
                WritePayload(writer, success.Status);
                break;
            case Status.Failure failure:
                RemoteException.Write(writer, failure.Cause);
                WritePayload(writer, failure.State);
                break;
            case ActorSelectionMessage selection:
                WriteSelection(writer, selection);
                break;
            case IActorRef actor:
                writer.Write(Serialization.SerializedActorPath(actor));
                break;
            case Address address:
                writer.Write(address.ToString());
                break;
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        try
        {
            return manifest switch
            {
                IdentifyManifest => new Identify(ReadPayload(reader)),
                IdentityManifest => new ActorIdentity(ReadPayload(reader), ReadRef(reader)),
                PoisonPillManifest => PoisonPill.Instance,
                KillManifest => Kill.Instance,
                SuccessManifest => new Status.Success(ReadPayload(reader)),
                FailureManifest => new Status.Failure(RemoteException.Read(reader), ReadPayload(reader)),
                SelectionManifest => ReadSelection(reader),
                RefManifest => ReadRef(reader),
                AddressManifest => Address.Parse(reader.ReadString()),
                _ => throw new SerializationException($"unknown manifest '{manifest}'"),
            };
        }
        catch (Exception e) when (e is IOException or FormatException or DecoderFallbackException)
        {
            throw new SerializationException($"the bytes are not what the manifest '{manifest}' says", e);
        }
    }

    private void WritePayload(BinaryWriter writer, object payload)
    {
        var serializer = system.Serialization.FindSerializerFor(payload);
        writer.Write(serializer.Identifier);
        writer.Write(Serialization.ManifestFor(serializer, payload));
        var bytes = serializer.ToBinary(payload);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private object ReadPayload(BinaryReader reader)
    {
        var serializerId = reader.ReadInt32();
        var manifest = reader.ReadString();
        if (_depth == DepthMax)
            throw new SerializationException($"more than {DepthMax} messages are in each other");

        _depth++;
        try
        {
            return system.Serialization.Deserialize(ReadBytes(reader), serializerId, manifest);
        }
        finally
        {
            _depth--;
        }
    }

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        if (length < 0 || length > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new SerializationException($"a payload of {length} bytes is longer than the message it is in");
        return reader.ReadBytes(length);
    }

    private IActorRef ReadRef(BinaryReader reader)
    {
        var path = reader.ReadString();
        return path.Length == 0 ? null : system.Serialization.DeserializeActorRef(path);
    }

    private void WriteSelection(BinaryWriter writer, ActorSelectionMessage selection)
    {
        writer.Write(selection.WildCardFanOut);
        writer.Write(selection.Elements.Length);
        foreach (var element in selection.Elements)
        {
            var (kind, name) = element switch
            {
                SelectParent => ('^', string.Empty),
                SelectChildName child => ('/', child.Name),
                SelectChildPattern pattern => ('*', pattern.PatternStr),
                _ => throw new SerializationException($"{element} is no element of a selection"),
            };
            writer.Write(kind);
            writer.Write(name);
        }

        WritePayload(writer, selection.Message);
    }

    private ActorSelectionMessage ReadSelection(BinaryReader reader)
    {
        var fanOut = reader.ReadBoolean();
        var count = reader.ReadInt32();
        var elements = new List<SelectionPathElement>();
        for (var i = 0; i < count; i++)
        {
            var kind = reader.ReadChar();
            var name = reader.ReadString();
            elements.Add(kind switch
            {
                '^' => SelectParent.Instance,
                '/' => new SelectChildName(name),
                '*' => new SelectChildPattern(name),
                _ => throw new SerializationException($"'{kind}' is no element of a selection"),
            });
        }

        return new ActorSelectionMessage(ReadPayload(reader), [.. elements], fanOut);
    }
}
