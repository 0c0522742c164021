using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace AkkaContract.Serialization;

public interface IAnimal;

public interface ICat : IAnimal;

public sealed record Dog(string Name) : IAnimal;

public sealed record Cat(string Name) : ICat;

public sealed record Unbound(string Name);

/// <summary>Writes animals by their names.</summary>
public abstract class AnimalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override string Manifest(object o) => o switch
    {
        Dog => "d",
        Cat => "c",
        _ => throw new SerializationException($"{o.GetType()} is no animal"),
    };

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(obj is Dog dog ? dog.Name : ((Cat)obj).Name);

    public override object FromBinary(byte[] bytes, string manifest) => manifest switch
    {
        "d" => new Dog(Encoding.UTF8.GetString(bytes)),
        "c" => new Cat(Encoding.UTF8.GetString(bytes)),
        _ => throw new SerializationException($"unknown manifest {manifest}"),
    };
}

public sealed class ForAnimals(ExtendedActorSystem system) : AnimalSerializer(system)
{
    public override int Identifier => 2001;
}

public sealed class ForCats(ExtendedActorSystem system) : AnimalSerializer(system)
{
    public override int Identifier => 2002;
}

public sealed class MadeInCode(ExtendedActorSystem system) : AnimalSerializer(system)
{
    public override int Identifier => 2003;
}

/// <summary>Has its number from the configuration, and settings of its own.</summary>
public sealed class Configured(ExtendedActorSystem system, Config settings) : AnimalSerializer(system)
{
    public int Volume { get; } = settings.GetInt("volume");
}
