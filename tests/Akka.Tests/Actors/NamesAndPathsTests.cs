using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class NamesAndPathsTests : ActorTests
{
    [Fact]
    public void An_actor_has_the_path_of_its_parent_and_its_name()
    {
        var actor = Start((_, _) => { }, "named");

        Assert.Equal("akka://test/user/named", actor.Path.ToString());
        Assert.Equal("named", actor.Path.Name);
        Assert.Equal("user", actor.Path.Parent.Name);
        Assert.Equal(actor.Path, ActorPath.Parse("akka://test/user") / "named");
        Assert.StartsWith("akka://test/user/named#", actor.Path.ToSerializationFormat(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_actors_cannot_have_one_name()
    {
        Start((_, _) => { }, "taken");

        Assert.Throws<InvalidActorNameException>(() => Start((_, _) => { }, "taken"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$own")]
    [InlineData("with/slash")]
    [InlineData("with space")]
    public void Some_names_cannot_be_used(string name) =>
        Assert.Throws<InvalidActorNameException>(() => Start((_, _) => { }, name));

    [Fact]
    public async Task A_name_is_free_when_its_actor_is_gone()
    {
        var first = Start((_, _) => { }, "again");
        await End(first);

        // The parent may hear of it a moment after everybody else.
        IActorRef second = null!;
        await AwaitAssertAsync(() => second = Start((_, _) => { }, "again"), Patience);

        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_parent_knows_its_children()
    {
        var child = Script((_, _) => { });
        var parent = Start((self, message) =>
        {
            if (message is string name) self.Cell.ActorOf(child, name);
            self.From.Tell(string.Join(" ", self.Cell.GetChildren().Select(c => c.Path.Name).Order(StringComparer.Ordinal)));
        });

        parent.Tell("a", TestActor);
        parent.Tell("b", TestActor);

        await ExpectMsgAsync("a");
        await ExpectMsgAsync("a b");
    }

    [Fact]
    public async Task A_child_that_is_not_there_is_nobody()
    {
        var actor = Start((self, _) => self.From.Tell(self.Cell.Child("none").IsNobody()));

        Assert.True(await actor.Ask<bool>("?", Patience));
    }

    [Fact]
    public void Addresses_are_read_and_written()
    {
        var address = Address.Parse("akka.tcp://store@10.0.0.1:4053");

        Assert.Equal(new Address("akka.tcp", "store", "10.0.0.1", 4053), address);
        Assert.Equal("akka.tcp://store@10.0.0.1:4053", address.ToString());
        Assert.True(address.HasGlobalScope);
        Assert.True(new Address("akka", "store").HasLocalScope);
        Assert.Throws<UriFormatException>(() => Address.Parse("no address"));
    }

    [Fact]
    public void A_path_is_resolved_to_the_actor_itself()
    {
        var actor = Start((_, _) => { }, "resolved");
        var provider = ((ExtendedActorSystem)Sys).Provider;

        Assert.Equal(actor, provider.ResolveActorRef(actor.Path.ToSerializationFormat()));
    }
}
