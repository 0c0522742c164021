using Akka.Actor;
using Akka.Event;

namespace AkkaContract.Actors;

public sealed class AskTests : ActorTests
{
    [Fact]
    public async Task A_reply_completes_the_question()
    {
        var actor = Start((self, message) => self.From.Tell($"{message}!"));

        Assert.Equal("one!", await actor.Ask<string>("one", Patience));
        Assert.Equal("two!", await actor.Ask("two", Patience));
        Assert.Equal("three!", await actor.Ask<string>("three"));
        Assert.Equal("four!", await actor.Ask<object>("four", Patience, CancellationToken.None));
    }

    [Fact]
    public async Task A_reply_of_another_type_is_an_argument_error()
    {
        var actor = Start((self, _) => self.From.Tell("a word"));

        await Assert.ThrowsAsync<ArgumentException>(() => actor.Ask<int>("a number?", Patience));
    }

    [Fact]
    public async Task A_failure_as_reply_fails_the_question_with_its_cause()
    {
        var cause = new InvalidOperationException("no");
        var actor = Start((self, _) => self.From.Tell(new Status.Failure(cause)));

        Assert.Same(cause, await Assert.ThrowsAsync<InvalidOperationException>(() => actor.Ask<string>("?", Patience)));
        Assert.Same(cause, await Assert.ThrowsAsync<InvalidOperationException>(() => actor.Ask<object>("?", Patience)));
    }

    [Fact]
    public async Task Who_asks_for_a_failure_gets_it()
    {
        var cause = new InvalidOperationException("no");
        var actor = Start((self, _) => self.From.Tell(new Status.Failure(cause)));

        Assert.Same(cause, (await actor.Ask<Status.Failure>("?", Patience)).Cause);
    }

    [Fact]
    public async Task Without_a_reply_the_question_times_out()
    {
        var actor = Start((_, _) => { });

        var error = await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("?", TimeSpan.FromMilliseconds(100)));

        Assert.StartsWith("Timeout after 0.10 seconds", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1000)]
    public async Task A_timeout_that_is_not_positive_means_none(int milliseconds)
    {
        var asked = new TaskCompletionSource<IActorRef>();
        var actor = Start((self, _) => asked.SetResult(self.From));

        var answer = actor.Ask<string>("?", TimeSpan.FromMilliseconds(milliseconds));
        var asker = await asked.Task.WaitAsync(Patience);
        await Assert.ThrowsAsync<AskTimeoutException>(
            () => Start((_, _) => { }).Ask<string>("meanwhile", TimeSpan.FromMilliseconds(100)));
        Assert.False(answer.IsCompleted);
        asker.Tell("at last", ActorRefs.NoSender);

        Assert.Equal("at last", await answer.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_question_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var actor = Start((_, _) => cancel.Cancel());

        await Assert.ThrowsAsync<TaskCanceledException>(() => actor.Ask<string>("?", Patience, cancel.Token));
    }

    [Fact]
    public async Task A_reply_that_comes_too_late_is_a_dead_letter()
    {
        var letters = Published<DeadLetter>();
        var asker = new TaskCompletionSource<IActorRef>();
        var actor = Start((self, _) => asker.SetResult(self.From));

        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("?", TimeSpan.FromMilliseconds(100)));
        var who = await asker.Task.WaitAsync(Patience);
        who.Tell("too late", actor);

        await letters.FishForMessageAsync<DeadLetter>(letter => letter.Message is "too late");
    }

    [Fact]
    public async Task Of_several_replies_the_first_counts()
    {
        var letters = Published<DeadLetter>();
        var actor = Start((self, _) =>
        {
            self.From.Tell("first");
            self.From.Tell("second");
        });

        Assert.Equal("first", await actor.Ask<string>("?", Patience));
        await letters.FishForMessageAsync<DeadLetter>(letter => letter.Message is "second");
    }

    [Fact]
    public async Task A_selection_can_be_asked()
    {
        Start((self, _) => self.From.Tell("here"), "selected");

        Assert.Equal("here", await Sys.ActorSelection("/user/selected").Ask<string>("?", Patience));
    }

    [Fact]
    public async Task The_asker_may_be_part_of_the_question()
    {
        var actor = Start((_, message) => ((IActorRef)message).Tell("here"));

        Assert.Equal("here", await actor.Ask<string>(asker => asker, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task An_asker_has_a_path_that_leads_back_to_it()
    {
        var actor = Start((self, _) =>
        {
            var path = self.From.Path.ToSerializationFormat();
            ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(path).Tell("found", self.Me);
        });

        Assert.Equal("found", await actor.Ask<string>("?", Patience));
    }
}

public sealed class AskTimeoutSettingTests() : ActorTests("akka.actor.ask-timeout = 100ms")
{
    [Fact]
    public async Task A_question_without_a_timeout_takes_the_configured_one()
    {
        var actor = Start((_, _) => { });

        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<string>("?"));
    }
}
