#nullable enable
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Cluster.Tools.Singleton.Serialization;

/// <summary>What singleton managers say to each other: a manifest each, and no bytes.</summary>
internal sealed class ClusterSingletonMessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string HandOverToMe = "A";
    private const string HandOverInProgress = "B";
    private const string HandOverDone = "C";
    private const string TakeOverFromMe = "D";

    /// <inheritdoc/>
    public override int Identifier => 14;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        SingletonMessage.HandOverToMe => HandOverToMe,
        SingletonMessage.HandOverInProgress => HandOverInProgress,
        SingletonMessage.HandOverDone => HandOverDone,
        SingletonMessage.TakeOverFromMe => TakeOverFromMe,
        _ => throw new SerializationException($"Not a message between singleton managers: {o?.GetType()}"),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        _ = Manifest(obj); // Refuses what has none.
        return [];
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The manifest is not of a message that this version knows, or bytes follow.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (bytes.Length > 0) throw new SerializationException("A message between singleton managers has no content.");
        return manifest switch
        {
            HandOverToMe => new SingletonMessage.HandOverToMe(),
            HandOverInProgress => new SingletonMessage.HandOverInProgress(),
            HandOverDone => new SingletonMessage.HandOverDone(),
            TakeOverFromMe => new SingletonMessage.TakeOverFromMe(),
            _ => throw new SerializationException($"No message between singleton managers has the manifest '{manifest}'."),
        };
    }
}
