using Akka.Actor;

namespace AkkaContract.Actors;

public sealed class SelectionTests : ActorTests
{
    [Fact]
    public async Task An_actor_is_found_by_its_path()
    {
        var actor = Start((self, message) => self.From.Tell(message), "found");

        Sys.ActorSelection("/user/found").Tell("absolute", TestActor);
        await ExpectMsgAsync("absolute");
        Sys.ActorSelection("akka://test/user/found").Tell("with address", TestActor);
        await ExpectMsgAsync("with address");
        Sys.ActorSelection(actor.Path).Tell("path", TestActor);
        await ExpectMsgAsync("path");
    }

    [Fact]
    public async Task A_relative_path_starts_at_the_actor()
    {
        Start((self, message) => TestActor.Tell(message, self.Me), "sibling");
        var actor = Start((self, message) => self.Cell.ActorSelection("../sibling").Tell(message), "relative");

        actor.Tell("hello", TestActor);

        await ExpectMsgAsync("hello");
    }

    [Fact]
    public async Task A_pattern_selects_many()
    {
        foreach (var name in new[] { "worker-1", "worker-2", "other" })
            Start((self, _) => self.From.Tell(self.Me.Path.Name), name);

        Sys.ActorSelection("/user/worker-*").Tell("who", TestActor);

        await foreach (var name in ExpectMsgAllOfAsync(new[] { "worker-1", "worker-2" }))
            Assert.StartsWith("worker-", name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sender_is_kept()
    {
        Start((self, _) => self.From.Tell("from me"), "selected");
        var asking = Start((self, message) =>
        {
            if (message is "ask") self.Cell.ActorSelection("/user/selected").Tell("?");
            else TestActor.Tell(message, self.Me);
        });

        asking.Tell("ask", TestActor);

        await ExpectMsgAsync("from me");
    }

    [Fact]
    public async Task It_is_resolved_to_an_actor()
    {
        var actor = Start((_, _) => { }, "resolved");

        Assert.Equal(actor, await Sys.ActorSelection("/user/resolved").ResolveOne(Patience));
        await Assert.ThrowsAsync<ActorNotFoundException>(
            () => Sys.ActorSelection("/user/nobody").ResolveOne(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Actors_say_who_they_are()
    {
        var actor = Start((_, _) => { }, "identified");

        Sys.ActorSelection("/user/identified").Tell(new Identify("a"), TestActor);
        var found = await ExpectMsgAsync<ActorIdentity>();
        Sys.ActorSelection("/user/nobody").Tell(new Identify("b"), TestActor);
        var missing = await ExpectMsgAsync<ActorIdentity>();
        actor.Tell(new Identify("c"), TestActor);
        var direct = await ExpectMsgAsync<ActorIdentity>();

        Assert.Equal(("a", actor), (found.MessageId, found.Subject));
        Assert.Equal("b", missing.MessageId);
        Assert.Null(missing.Subject);
        Assert.Equal(("c", actor), (direct.MessageId, direct.Subject));
    }
}
