using Akka.Actor;

namespace Akka.Serialization;

/// <summary>The system that serializes, and the address under which the reader knows it.</summary>
public sealed class Information
{
    public Information(Address address, ActorSystem system)
    {
        Address = address;
        System = system;
    }

    public Address Address { get; }

    public ActorSystem System { get; }
}
