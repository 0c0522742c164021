using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using AkkaContract.Serialization;

namespace AkkaContract.Remote;

/// <summary>What a peer cannot read costs that message alone: during an upgrade two versions of a program talk to each other.</summary>
public sealed class UnknownSerializerTests : RemoteFixture
{
    private const string Animals =
        """
        akka.actor {
          serializers.animals = "AkkaContract.Serialization.ForAnimals, Akka.Tests"
          serialization-bindings."AkkaContract.Serialization.IAnimal, Akka.Tests" = animals
        }
        """;

    private const string Puzzles =
        """
        akka.actor {
          serializers.puzzles = "AkkaContract.Remote.UnknownSerializerTests+ForPuzzles, Akka.Tests"
          serialization-bindings."AkkaContract.Remote.UnknownSerializerTests+Puzzle, Akka.Tests" = puzzles
        }
        """;

    [Fact]
    public async Task A_message_of_a_serializer_that_the_peer_does_not_know_is_dropped_there_with_a_log() =>
        await IsDroppedAsync(Start("Here", settings: Animals), Start("There"), new Dog("Rex"));

    [Fact]
    public async Task A_message_with_a_manifest_that_the_peer_does_not_know_is_dropped_there_with_a_log() =>
        await IsDroppedAsync(Start("Here", settings: Puzzles), Start("There", settings: Puzzles), new Puzzle());

    [Fact]
    public async Task A_message_that_cannot_be_serialized_is_dropped_here_with_a_log()
    {
        var (here, there) = (Start("Here", settings: Animals), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var errors = Subscribe<Error>(here);

        echo.Tell(new Mongrel(), ActorRefs.NoSender);

        await errors.NextAsync();
        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

    private static async Task IsDroppedAsync(ActorSystem here, ActorSystem there, object message)
    {
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var errors = Subscribe<Error>(there);
        var losses = Subscribe<DisassociatedEvent>(here);

        echo.Tell(message, ActorRefs.NoSender);

        await errors.NextAsync();
        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
        Assert.False(losses.TryNext(out _));
    }

    public sealed record Mongrel : IAnimal;

    public sealed record Puzzle;

    /// <summary>Writes what it cannot read.</summary>
    public sealed class ForPuzzles(ExtendedActorSystem system) : Akka.Serialization.SerializerWithStringManifest(system)
    {
        public override int Identifier => 2010;

        public override string Manifest(object o) => "puzzle";

        public override byte[] ToBinary(object obj) => [1];

        public override object FromBinary(byte[] bytes, string manifest) =>
            throw new System.Runtime.Serialization.SerializationException($"unknown manifest {manifest}");
    }
}
