using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using AkkaContract.Configuration;
using AkkaContract.Serialization;

namespace AkkaContract.Remote;

/// <summary>
/// What a peer cannot read costs that message, and with an unknown serializer the connection that it came on: during an upgrade two
/// versions of a program talk to each other.
/// </summary>
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
    public async Task A_message_of_a_serializer_that_the_peer_does_not_know_is_dropped_there_with_a_log()
    {
        var (here, there) = (Start("Here", settings: Animals), Start("There", settings: "akka.loglevel = WARNING"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var log = Subscribe<LogEvent>(there);

        echo.Tell(new Dog("Rex"), ActorRefs.NoSender);

        await log.NextAsync(line => Text(line).Contains("2001", StringComparison.Ordinal));
        Assert.Equal("hello", await AskUntilAnsweredAsync<string>(Selection(here, AddressOf(there), "echo"), "hello"));
    }

    [BundledFact]
    public async Task An_unknown_serializer_ends_the_connection_and_nothing_else()
    {
        var (here, there) = (Start("Here", settings: Animals), Start("There", settings: "akka.loglevel = WARNING"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var (log, loss) = (Subscribe<Warning>(there), Subscribe<DisassociatedEvent>(here));
        var quarantines = new[] { Subscribe<QuarantinedEvent>(here), Subscribe<QuarantinedEvent>(there) };

        echo.Tell(new Dog("Rex"), ActorRefs.NoSender);

        Assert.Equal(AddressOf(there), (await loss.NextAsync(end => !end.IsInbound)).RemoteAddress);
        var line = Text(await log.NextAsync());
        Assert.Contains(AddressOf(here).ToString(), line, StringComparison.Ordinal);
        Assert.Contains("2001", line, StringComparison.Ordinal);

        // The two go on, and watch each other.
        Assert.Equal("hello", await AskUntilAnsweredAsync<string>(Selection(here, AddressOf(there), "echo"), "hello"));
        var mail = new Mail<Terminated>();
        await here.ActorOf(Props.Create(() => new Watcher(echo, mail))).Ask<string>("watching", Patience);
        Selection(here, AddressOf(there), "echo").Tell(PoisonPill.Instance, ActorRefs.NoSender);
        Assert.False((await mail.NextAsync()).AddressTerminated);
        Assert.DoesNotContain(quarantines, quarantine => quarantine.TryNext(out _));
    }

    [BundledFact]
    public async Task A_watch_outlives_a_connection_that_an_unknown_serializer_ends()
    {
        var (here, there) = (Start("Here", settings: Animals), Start("There", settings: "akka.loglevel = WARNING"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var mail = new Mail<Terminated>();
        await here.ActorOf(Props.Create(() => new Watcher(echo, mail))).Ask<string>("watching", Patience);
        var log = Subscribe<Warning>(there);

        // What is for /system travels with the watches.
        here.ActorSelection(new RootActorPath(AddressOf(there)) / "system" / "nobody").Tell(new Dog("Rex"), ActorRefs.NoSender);
        await log.NextAsync(line => Text(line).Contains("2001", StringComparison.Ordinal));
        Assert.Equal("hello", await AskUntilAnsweredAsync<string>(Selection(here, AddressOf(there), "echo"), "hello"));
        Selection(here, AddressOf(there), "echo").Tell(PoisonPill.Instance, ActorRefs.NoSender);

        var terminated = await mail.NextAsync();
        Assert.Equal(echo, terminated.ActorRef);
        Assert.False(terminated.AddressTerminated);
    }

    [Fact]
    public async Task A_message_with_a_manifest_that_the_peer_does_not_know_is_dropped_there_with_a_log() =>
        await IsDroppedAsync(Start("Here", settings: Puzzles), Start("There", settings: Puzzles + "\nakka.loglevel = WARNING"));

    [BundledFact]
    public async Task A_flood_of_messages_that_cannot_be_read_is_logged_once()
    {
        var (here, there) = (Start("Here", settings: Puzzles), Start("There", settings: Puzzles));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var errors = Subscribe<Error>(there);

        for (var i = 0; i < 1000; i++)
            echo.Tell(new Puzzle(), ActorRefs.NoSender);
        Assert.Equal("all were read", await echo.Ask<string>("all were read", Patience));

        there.EventStream.Publish(new Error(null, "test", typeof(UnknownSerializerTests), "the end"));
        Assert.Contains("puzzle", Text(await errors.NextAsync()), StringComparison.Ordinal);
        Assert.Equal("the end", Text(await errors.NextAsync()));
    }

    [BundledFact]
    public async Task A_message_in_a_message_in_a_message_ends_somewhere()
    {
        var (here, there) = (Start("Here"), Start("There"));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var errors = Subscribe<Error>(there);
        object nested = "core";
        for (var i = 0; i < 1000; i++)
            nested = new Status.Success(nested);

        echo.Tell(nested, ActorRefs.NoSender);

        await errors.NextAsync();
        Assert.Equal("hello", await echo.Ask<string>("hello", Patience));
    }

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

    private static string Text(LogEvent line) => line.Message.ToString()!;

    private static async Task IsDroppedAsync(ActorSystem here, ActorSystem there)
    {
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await ResolveAsync(here, there, "echo");
        var log = Subscribe<LogEvent>(there);
        var losses = Subscribe<DisassociatedEvent>(here);

        echo.Tell(new Puzzle(), ActorRefs.NoSender);

        await log.NextAsync(line => Text(line).Contains("puzzle", StringComparison.Ordinal));
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
