using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace AkkaContract.Testing;

public sealed class EventFilterTests : KitTests
{
    // An expectation that is to fail need not wait for long.
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Each_level_has_its_filter()
    {
        EventFilter.Info("hello").ExpectOne(() => Sys.Log.Info("hello"));
        EventFilter.Warning("hello").ExpectOne(() => Sys.Log.Warning("hello"));
        EventFilter.Error("hello").ExpectOne(() => Sys.Log.Error("hello"));
        await EventFilter.ForLogLevel(LogLevel.ErrorLevel, "hello").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Sys.Log.Error("hello");
        });
    }

    [Fact]
    public void Texts_are_matched_whole_by_their_start_by_what_they_contain_or_by_a_pattern()
    {
        EventFilter.Info("one two three").ExpectOne(Say);
        EventFilter.Info(start: "one").ExpectOne(Say);
        EventFilter.Info(contains: "two").ExpectOne(Say);
        EventFilter.Info(new Regex("t.o t")).ExpectOne(Say);
        EventFilter.Info().ExpectOne(Say);
        EventFilter.Custom<Info>(info => info.ToString().Contains("three", StringComparison.Ordinal)).ExpectOne(Say);

        void Say() => Sys.Log.Info("one {0} three", "two");
    }

    [Fact]
    public void Events_are_counted()
    {
        EventFilter.Info("hello").Expect(3, () =>
        {
            for (var i = 0; i < 3; i++)
                Sys.Log.Info("hello");
            Sys.Log.Info("something else");
        });
        EventFilter.Warning("never").Expect(0, () => Sys.Log.Info("never"));
        Assert.Equal(7, EventFilter.Info("hello").ExpectOne(() =>
        {
            Sys.Log.Info("hello");
            return 7;
        }));
    }

    [Fact]
    public async Task A_wrong_count_fails_the_test()
    {
        Fails(() => EventFilter.Info("hello").ExpectOne(Short, () => { }));
        Fails(() => EventFilter.Info("hello").Expect(1, Short, () =>
        {
            Sys.Log.Info("hello");
            Sys.Log.Info("hello");
        }));
        await FailsAsync(() => EventFilter.Info("hello").ExpectAsync(2, Short, () =>
        {
            Sys.Log.Info("hello");
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public void What_an_actor_logs_has_its_path_as_source()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Logging()), "logging");

        EventFilter.Info("got it", source: actor.Path.ToString()).ExpectOne(() => actor.Tell("log"));
    }

    [Fact]
    public void Exceptions_are_matched_by_type_and_text()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Logging()));

        EventFilter.Exception<InvalidOperationException>("ouch").ExpectOne(() => actor.Tell("fail"));
        EventFilter.Exception<InvalidOperationException>(contains: "uc").ExpectOne(() => actor.Tell("fail"));
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        Fails(() => EventFilter.Exception<ArgumentException>().ExpectOne(Short, () => actor.Tell("fail")));
    }

    [Fact]
    public void Dead_letters_are_matched_by_message()
    {
        EventFilter.DeadLetter<string>().ExpectOne(() => Sys.DeadLetters.Tell("lost"));
        EventFilter.DeadLetter<int>(number => number == 3).ExpectOne(() =>
        {
            Sys.DeadLetters.Tell(2);
            Sys.DeadLetters.Tell(3);
        });
        EventFilter.DeadLetter<int>().Expect(2, () =>
        {
            Sys.DeadLetters.Tell(2);
            Sys.DeadLetters.Tell("lost");
            Sys.DeadLetters.Tell(3);
        });
    }

    [Fact]
    public void Filters_add_up() =>
        EventFilter.Info("one").And.Warning("two").Expect(2, () =>
        {
            Sys.Log.Info("one");
            Sys.Log.Warning("two");
        });

    [Fact]
    public async Task Events_can_be_muted()
    {
        EventFilter.Error("expected").Mute(() => Sys.Log.Error("expected"));
        await EventFilter.Error("expected").MuteAsync(() =>
        {
            Sys.Log.Error("expected");
            return Task.CompletedTask;
        });
        using (EventFilter.Error("expected").Mute())
            Sys.Log.Error("expected");
    }

    [Fact]
    public async Task The_events_of_another_system_have_a_filter_too()
    {
        using var other = ActorSystem.Create("other", DefaultConfig);

        CreateEventFilter(other).Info("hello").ExpectOne(() => other.Log.Info("hello"));
        await other.Terminate().WaitAsync(Patience);
    }

    private sealed class Logging : UntypedActor
    {
        private readonly ILoggingAdapter _log = Context.GetLogger();

        protected override void OnReceive(object message)
        {
            if (message is "fail") throw new InvalidOperationException("ouch");
            _log.Info("got it");
        }
    }
}
