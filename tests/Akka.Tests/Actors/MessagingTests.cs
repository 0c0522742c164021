using Akka.Actor;
using Akka.Event;

namespace AkkaContract.Actors;

public sealed class MessagingTests : ActorTests
{
    [Fact]
    public async Task Messages_of_each_sender_arrive_in_their_order()
    {
        const int senders = 4;
        const int each = 10_000;
        var next = new int[senders];
        var receiver = Start((_, message) =>
        {
            var (sender, number) = ((int, int))message;
            if (next[sender]++ != number) TestActor.Tell($"{number} of {sender} is out of order", ActorRefs.NoSender);
            if (next.All(n => n == each)) TestActor.Tell("all", ActorRefs.NoSender);
        });

        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(() =>
        {
            for (var number = 0; number < each; number++)
                receiver.Tell((sender, number), ActorRefs.NoSender);
        })));

        await ExpectMsgAsync("all");
    }

    [Fact]
    public async Task An_actor_handles_one_message_at_a_time()
    {
        var inside = 0;
        var receiver = Start((self, message) =>
        {
            if (Interlocked.Increment(ref inside) != 1) TestActor.Tell("two at once", ActorRefs.NoSender);
            Interlocked.Decrement(ref inside);
            if (message is "end") self.From.Tell("all", self.Me);
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < 5_000; number++)
                receiver.Tell(number, ActorRefs.NoSender);
        })));
        receiver.Tell("end", TestActor);

        await ExpectMsgAsync("all");
    }

    [Fact]
    public async Task What_an_actor_sends_carries_the_actor_as_sender()
    {
        var actor = Start((_, message) => ((IActorRef)message).Tell("hello"));

        actor.Tell(TestActor, ActorRefs.NoSender);

        await ExpectMsgAsync("hello");
        Assert.Equal(actor, LastSender);
    }

    [Fact]
    public async Task What_comes_from_no_actor_is_answered_to_the_dead_letters()
    {
        var letters = Published<DeadLetter>();
        var actor = Start((self, _) => self.From.Tell("answer"));

        // A thread of its own: the thread of the test sends in the name of the test actor.
        await Task.Run(() => new Thread(() => actor.Tell("question")).Start());

        var letter = await letters.ExpectMsgAsync<DeadLetter>(dead => dead.Message is "answer");
        Assert.Equal(actor, letter.Sender);
    }

    [Fact]
    public async Task Forwarding_keeps_the_sender()
    {
        var target = CreateTestProbe();
        var forwarder = Start((_, message) => target.Ref.Forward(message));

        forwarder.Tell("letter", TestActor);

        await target.ExpectMsgAsync("letter");
        Assert.Equal(TestActor, target.Sender);
    }

    [Fact]
    public async Task What_no_handler_takes_is_published_as_unhandled()
    {
        var unhandled = Published<UnhandledMessage>();
        var receiving = Sys.ActorOf(Props.Create(() => new OnlyStrings()));
        var untyped = Start((self, message) => self.Ignore(message));

        receiving.Tell(1, TestActor);
        var first = await unhandled.ExpectMsgAsync<UnhandledMessage>();
        untyped.Tell(2, TestActor);
        var second = await unhandled.ExpectMsgAsync<UnhandledMessage>();

        Assert.Equal((1, TestActor, receiving), (first.Message, first.Sender, first.Recipient));
        Assert.Equal((2, TestActor, untyped), (second.Message, second.Sender, second.Recipient));
    }

    [Fact]
    public async Task Handlers_are_tried_in_the_order_of_their_declaration()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Ordered()));

        foreach (var message in new object[] { 1, 20, 300, "word", 4.5 })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync("small 1");
        await ExpectMsgAsync("medium 20");
        await ExpectMsgAsync("any int 300");
        await ExpectMsgAsync("string word");
        await ExpectMsgAsync("anything 4.5");
    }

    [Fact]
    public async Task Behaviours_can_be_stacked_and_taken_off()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moody()));

        foreach (var message in new[] { "how", "push", "how", "replace", "how", "pop", "how" })
            actor.Tell(message, TestActor);

        await ExpectMsgAsync("calm");
        await ExpectMsgAsync("angry");
        await ExpectMsgAsync("furious");
        await ExpectMsgAsync("calm");
    }

    [Fact]
    public async Task Messages_to_a_stopped_actor_become_dead_letters()
    {
        var letters = Published<DeadLetter>();
        var actor = Start((_, _) => { });
        await End(actor);

        actor.Tell("too late", TestActor);

        var letter = await letters.ExpectMsgAsync<DeadLetter>(dead => dead.Message is "too late");
        Assert.Equal(TestActor, letter.Sender);
        Assert.Equal(actor.Path, letter.Recipient.Path);
    }

    [Fact]
    public async Task What_a_stopping_actor_did_not_read_becomes_dead_letters()
    {
        var letters = Published<DeadLetter>();
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var actor = Start((self, message) =>
        {
            if (message is not "first") return;
            begun.SetResult();
            go.Task.Wait(Patience);
            self.Cell.Stop(self.Me);
        });

        actor.Tell("first", TestActor);
        await begun.Task.WaitAsync(Patience);
        actor.Tell("second", TestActor);
        actor.Tell("third", TestActor);
        go.SetResult();

        await letters.ExpectMsgAsync<DeadLetter>(letter => letter.Message is "second");
        await letters.ExpectMsgAsync<DeadLetter>(letter => letter.Message is "third");
    }

    [Fact]
    public async Task A_message_that_wants_no_attention_becomes_a_suppressed_dead_letter()
    {
        var all = Published<AllDeadLetters>();
        var actor = Start((_, _) => { });
        await End(actor);

        actor.Tell(new Whisper(), TestActor);
        actor.Tell("loud", TestActor);

        var first = await all.FishForMessageAsync<AllDeadLetters>(letter => letter.Message is Whisper or "loud");
        Assert.IsType<SuppressedDeadLetter>(first);
        await all.ExpectMsgAsync<DeadLetter>(letter => letter.Message is "loud");
    }

    [Fact]
    public async Task Nothing_cannot_be_sent()
    {
        var actor = Start((_, _) => { });
        await actor.Ask<ActorIdentity>(new Identify(1), Patience);

        // The documentation names one exception, the official engine throws another for actors of its own process.
        Assert.True(Record.Exception(() => actor.Tell(null!, ActorRefs.NoSender)) is InvalidMessageException or ArgumentNullException);
    }

    [Fact]
    public async Task Stopping_overtakes_the_messages_that_wait()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var handled = 0;
        var actor = Start((self, message) =>
        {
            Interlocked.Increment(ref handled);
            if (message is not "first") return;
            begun.SetResult();
            go.Task.Wait(Patience);
            self.Cell.Stop(self.Me);
        });
        Watch(actor);

        actor.Tell("first", TestActor);
        await begun.Task.WaitAsync(Patience);
        for (var i = 0; i < 100; i++)
            actor.Tell(i, TestActor);
        go.SetResult();

        await ExpectTerminatedAsync(actor);
        Assert.Equal(1, handled);
    }

    private sealed record Whisper : IDeadLetterSuppression;

    private sealed class OnlyStrings : ReceiveActor
    {
        public OnlyStrings() => Receive<string>(_ => { });
    }

    private sealed class Ordered : ReceiveActor
    {
        public Ordered()
        {
            Receive<int>(number => number < 10, number => Sender.Tell($"small {number}"));
            Receive<int>(number =>
            {
                if (number >= 100) return false;
                Sender.Tell($"medium {number}");
                return true;
            });
            Receive<int>(number => Sender.Tell($"any int {number}"));
            Receive<string>(word => Sender.Tell($"string {word}"));
            ReceiveAny(message => Sender.Tell(FormattableString.Invariant($"anything {message}")));
        }
    }

    private sealed class Moody : ReceiveActor
    {
        public Moody()
        {
            Receive<string>(word => word == "push", _ => BecomeStacked(Angry));
            Receive<string>(_ => Sender.Tell("calm"));
        }

        private void Angry()
        {
            Receive<string>(word => word == "replace", _ => Become(Furious));
            Receive<string>(_ => Sender.Tell("angry"));
        }

        private void Furious()
        {
            Receive<string>(word => word == "pop", _ => UnbecomeStacked());
            Receive<string>(_ => Sender.Tell("furious"));
        }
    }
}
