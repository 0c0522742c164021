#nullable enable
using System.Runtime.Serialization;

namespace Akka.Serialization;

/// <summary>Bytes came with the number of a serializer that this system does not have.</summary>
internal sealed class UnknownSerializerException(int id)
    : SerializationException($"no serializer has the number {id}: the sender has one that is missing here");
