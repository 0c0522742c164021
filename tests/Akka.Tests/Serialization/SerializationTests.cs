using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Serialization;

namespace AkkaContract.Serialization;

public sealed class SerializationTests : IAsyncLifetime
{
    private static readonly string Hocon = $$"""
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.actor {
          serializers {
            animals = "{{NameOf(typeof(ForAnimals))}}"
            cats = "{{NameOf(typeof(ForCats))}}"
            missing = "No.Such.Type, Nowhere"
          }
          serialization-bindings {
            "{{NameOf(typeof(IAnimal))}}" = animals
            "{{NameOf(typeof(ICat))}}" = cats
            "No.Such.Message, Nowhere" = cats
          }
        }
        """;

    private readonly List<ActorSystem> _systems = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Task.WhenAll(_systems.Select(system => system.Terminate()));

    [Fact]
    public void A_class_is_bound_through_its_interface()
    {
        var serialization = Start(Hocon).Serialization;

        Assert.Equal(2001, serialization.FindSerializerFor(new Dog("Rex")).Identifier);
    }

    [Fact]
    public void The_most_specific_binding_wins()
    {
        var serialization = Start(Hocon).Serialization;

        Assert.Equal(2002, serialization.FindSerializerForType(typeof(Cat)).Identifier);
    }

    [Fact]
    public void What_was_serialized_comes_back_by_number_and_manifest()
    {
        var serialization = Start(Hocon).Serialization;
        var serializer = serialization.FindSerializerFor(new Cat("Tom"));

        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, new Cat("Tom"));
        var back = serialization.Deserialize(serializer.ToBinary(new Cat("Tom")), serializer.Identifier, manifest);

        Assert.Equal("c", manifest);
        Assert.Equal(new Cat("Tom"), back);
    }

    [Fact]
    public void An_unknown_number_is_refused()
    {
        var serialization = Start(Hocon).Serialization;

        Assert.ThrowsAny<SerializationException>(() => serialization.Deserialize([1], 9_999, "c"));
    }

    [Fact]
    public void A_serializer_made_in_code_wins_over_the_configuration()
    {
        var setup = SerializationSetup.Create(system =>
            [SerializerDetails.Create("animals", new MadeInCode(system), ImmutableHashSet.Create(typeof(IAnimal)))]);
        var bootstrap = BootstrapSetup.Create().WithConfig(Hocon);

        var serialization = Start(ActorSystemSetup.Create(bootstrap, setup)).Serialization;

        Assert.IsType<MadeInCode>(serialization.FindSerializerFor(new Dog("Rex")));
    }

    [Fact]
    public void A_serializer_gets_its_number_and_its_settings_from_the_configuration()
    {
        var serialization = Start($$"""
            akka.stdout-loglevel = OFF
            akka.actor {
              serializers { loud = "{{NameOf(typeof(Configured))}}" }
              serialization-bindings { "{{NameOf(typeof(IAnimal))}}" = loud }
              serialization-identifiers { "{{NameOf(typeof(Configured))}}" = 2004 }
              serialization-settings { loud { volume = 11 } }
            }
            """).Serialization;

        var serializer = Assert.IsType<Configured>(serialization.FindSerializerFor(new Dog("Rex")));

        Assert.Equal(2004, serializer.Identifier);
        Assert.Equal(11, serializer.Volume);
    }

    [Fact]
    public void An_actor_reference_comes_back_as_itself()
    {
        var system = Start(Hocon);
        var actor = system.ActorOf(Props.Create(() => new Idle()), "somebody");

        var path = Akka.Serialization.Serialization.SerializedActorPath(actor);
        var back = ((ExtendedActorSystem)system).Provider.ResolveActorRef(path);

        Assert.Equal(actor, back);
    }

    [Theory]
    [InlineData("text", 17)]
    [InlineData(5, 17)]
    [InlineData(5L, 17)]
    public void Primitives_have_a_serializer_once_remoting_is_there(object value, int identifier)
    {
        var serialization = Start(
            Hocon + "\nakka.actor.provider = remote\nakka.remote.dot-netty.tcp { hostname = localhost, port = 0 }").Serialization;
        var serializer = serialization.FindSerializerFor(value);

        var back = serialization.Deserialize(
            serializer.ToBinary(value), serializer.Identifier, Akka.Serialization.Serialization.ManifestFor(serializer, value));

        Assert.Equal(identifier, serializer.Identifier);
        Assert.Equal(value, back);
    }

    [Fact]
    public void Bytes_stay_what_they_are()
    {
        var serializer = Start(Hocon).Serialization.FindSerializerFor(new byte[] { 1, 2 });

        Assert.Equal(4, serializer.Identifier);
        Assert.Equal([1, 2], serializer.ToBinary(new byte[] { 1, 2 }));
    }

    [Configuration.BundledTheory]
    [InlineData(typeof(Unbound))]
    [InlineData(typeof(Version))]
    public void What_nothing_is_bound_to_cannot_be_serialized(Type type)
    {
        var error = Assert.Throws<SerializationException>(() => Start(Hocon).Serialization.FindSerializerForType(type));

        Assert.Contains(type.FullName!, error.Message, StringComparison.Ordinal);
    }

    private sealed class Idle : ReceiveActor;

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private ActorSystem Start(string hocon) => Start(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(hocon)));

    private ActorSystem Start(ActorSystemSetup setup)
    {
        var system = ActorSystem.Create("serialization", setup);
        _systems.Add(system);
        return system;
    }
}
