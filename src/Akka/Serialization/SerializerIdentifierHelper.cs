using Akka.Actor;
using Akka.Configuration;

namespace Akka.Serialization;

/// <summary>Looks up the numbers of serializers.</summary>
public static class SerializerIdentifierHelper
{
    /// <summary>The number that <c>akka.actor.serialization-identifiers</c> gives to a type of serializer.</summary>
    /// <exception cref="ConfigurationException">It gives none.</exception>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        var identifiers = system.Settings.Config.GetConfig("akka.actor.serialization-identifiers");
        foreach (var (name, value) in identifiers?.AsEnumerable() ?? [])
        {
            if (Util.TypeNames.Find(name) == type)
                return value.GetInt();
        }

        throw new ConfigurationException($"the serializer {type} has no number: akka.actor.serialization-identifiers does not name it");
    }
}
